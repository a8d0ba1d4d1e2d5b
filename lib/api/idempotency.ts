/**
 * Answers by Idempotency-Key: the same key with the same request answers as the first time, for 24 hours. A request that
 * died between claim and answer holds its key only as long as a request can live. Neither the key nor the body is
 * stored: the document's id is a hash of the key, and the fingerprint is keyed with the key itself, so that a stored
 * document gives away nothing about a body with a secret in it.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Deps } from '../deps.ts';
import { canonical } from '../domain/canonical.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { Address, Stored, StoredDocument } from '../store/port.ts';
import type { Answer } from './answer.ts';
import type { IdempotencyHold } from './exchange.ts';
import { problem } from './problem.ts';

/** Printable ASCII, as header fields are. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

const TTL_SECONDS = (24 * HOUR_MS) / SECOND_MS;
/** Longer than any request lives: the host ends an HTTP function after 230 s. */
const HOLD_MS = 5 * MINUTE_MS;

export interface KeyUse {
  readonly key: string;
  /** Absent for routes above projects. */
  readonly project: string | undefined;
  readonly caller: string;
  readonly route: string;
  readonly query: string;
  readonly body: unknown;
}

interface KeyDocument extends StoredDocument {
  readonly type: 'idempotency-key';
  readonly fingerprint: string;
  /** Epoch milliseconds until which the request that claimed the key may still be running. */
  readonly heldUntilMs: number;
  readonly answer?: Answer;
}

type KeyDeps = Pick<Deps, 'store' | 'clock'>;

export type Claim =
  | { readonly kind: 'claimed'; readonly hold: IdempotencyHold }
  | { readonly kind: 'answered'; readonly answer: Answer };

export async function claimKey(deps: KeyDeps, use: KeyUse): Promise<Claim> {
  const at: Address = { container: 'idempotency', partition: use.project ?? 'deployment' };
  const document: KeyDocument = {
    id: createHash('sha256').update([use.caller, use.route, use.key].join('\n')).digest('hex'),
    type: 'idempotency-key',
    ttl: TTL_SECONDS,
    fingerprint: createHmac('sha256', use.key)
      .update(canonical([use.query, use.body]))
      .digest('hex'),
    heldUntilMs: deps.clock.now() + HOLD_MS,
  };
  const created = await deps.store.create(at, document);
  if (created.kind === 'written') return { kind: 'claimed', hold: hold(deps, at, document, created.etag) };
  const earlier = await deps.store.read<KeyDocument>(at, document.id);
  if (!earlier) return { kind: 'answered', answer: inProgress() };
  return reuse(deps, at, document, earlier);
}

async function reuse(
  deps: KeyDeps,
  at: Address,
  mine: KeyDocument,
  earlier: Stored<KeyDocument>,
): Promise<Claim> {
  const { fingerprint, answer, heldUntilMs } = earlier.document;
  if (fingerprint !== mine.fingerprint) {
    const detail = 'This Idempotency-Key was used for another request; use a new key for a new request.';
    return { kind: 'answered', answer: problem(409, 'IDEMPOTENCY_MISMATCH', detail) };
  }
  if (answer) return { kind: 'answered', answer };
  if (deps.clock.now() < heldUntilMs) return { kind: 'answered', answer: inProgress() };
  const taken = await deps.store.replace(at, mine, earlier.etag);
  return taken.kind === 'written'
    ? { kind: 'claimed', hold: hold(deps, at, mine, taken.etag) }
    : { kind: 'answered', answer: inProgress() };
}

/** A lost race for the document means that the hold ran out and another request owns the key now: its answer counts. */
function hold({ store }: KeyDeps, at: Address, document: KeyDocument, etag: string): IdempotencyHold {
  const release = async () => {
    await store.delete(at, document.id, etag);
  };
  return {
    async keep(answer) {
      if (answer.status >= 500) return release();
      const answered: KeyDocument = { ...document, answer };
      await store.replace(at, answered, etag);
    },
    release,
  };
}

function inProgress(): Answer {
  return problem(
    409,
    'IDEMPOTENCY_IN_PROGRESS',
    'The first request with this key is still running; ask again.',
    {
      headers: { 'retry-after': '2' },
    },
  );
}
