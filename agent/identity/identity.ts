/**
 * Who the agent is to the control plane. It enrols once with the bootstrap token of its installation, renews its
 * credential in time, and enrols again when the credential is refused and another token lies there. A failure to
 * renew is no failure while the old credential holds.
 */
import type { EnrollAnswer } from '../../lib/domain/agent.ts';
import type { Ids, Logger } from '../../lib/domain/ports.ts';
import { toEpochMs } from '../../lib/domain/time.ts';
import type { Files, Time } from '../ports.ts';
import { type ControlPlane, isUnknown, type Refusal } from '../server/control-plane.ts';
import { AGENT_VERSION } from '../version.ts';
import { type Attempt, type Keeping, type Kept, loadKept, saveKept } from './kept.ts';

export type Credentialed =
  | { readonly kind: 'credential'; readonly credential: string }
  /** Not now; `refusal` says why when somebody said so. */
  | { readonly kind: 'none'; readonly why: string; readonly refusal?: Refusal };

export interface Identity {
  credential(): Promise<Credentialed>;
  /** The control plane knows this credential no more. */
  refused(credential: string): void;
}

export interface IdentityOptions {
  readonly keeping: Keeping;
  readonly server: Pick<ControlPlane, 'enroll' | 'renew'>;
  readonly time: Time;
  readonly ids: Ids;
  readonly files: Files;
  readonly log: Logger;
  readonly bootstrapTokenFile: string;
}

export function identity(options: IdentityOptions): Identity {
  const memory: Memory = { kept: undefined, renewAtMs: 0, refused: undefined, spentTokenId: undefined };
  let running: Promise<Credentialed> | undefined;
  return {
    // Two loops ask; only one of them may enrol.
    credential() {
      running ??= obtain(options, memory).finally(() => {
        running = undefined;
      });
      return running;
    },
    refused(credential) {
      memory.refused = credential;
      // Whoever replaced the credential wrote it into the Secret.
      memory.kept = undefined;
    },
  };
}

interface Memory {
  kept: Kept | undefined;
  /** When the next credential is asked for, by the clock that nobody sets. */
  renewAtMs: number;
  refused: string | undefined;
  /** The token that was refused: not asked with again. */
  spentTokenId: string | undefined;
}

async function obtain(options: IdentityOptions, memory: Memory): Promise<Credentialed> {
  if (memory.kept === undefined) {
    const loaded = await loadKept(options.keeping);
    if (!loaded.ok) return { kind: 'none', why: loaded.error.message };
    memory.kept = loaded.value;
    memory.renewAtMs = options.time.monotonic() + untilRenewal(options, loaded.value.credential);
  }
  const { credential } = memory.kept;
  if (credential === undefined || credential.credential === memory.refused) return enrol(options, memory);
  if (memory.renewAtMs > options.time.monotonic()) return given(credential);
  return renew(options, memory, credential);
}

const given = ({ credential }: EnrollAnswer): Credentialed => ({ kind: 'credential', credential });

/**
 * Milliseconds until a credential that was kept is renewed. Whether it still holds is the control plane's to say, because
 * our clock may be wrong; when it is, nobody knows how old the credential is, and the next one is asked for at once.
 */
function untilRenewal({ time }: IdentityOptions, credential: EnrollAnswer | undefined): number {
  if (credential === undefined) return 0;
  const leftMs = toEpochMs(credential.renewAt) - time.now();
  return leftMs > halfOf(credential) ? 0 : leftMs;
}

/** The same for one that came just now: soon enough in any case, and not again with every request. */
function untilNext({ time }: IdentityOptions, credential: EnrollAnswer): number {
  const halfMs = halfOf(credential);
  return Math.min(Math.max(toEpochMs(credential.renewAt) - time.now(), halfMs / 2), halfMs);
}

/** Half of the time that a new credential holds: it is renewed when so much is left. */
const halfOf = ({ expiresAt, renewAt }: EnrollAnswer): number => toEpochMs(expiresAt) - toEpochMs(renewAt);

async function renew(options: IdentityOptions, memory: Memory, old: EnrollAnswer): Promise<Credentialed> {
  const { server, keeping, log } = options;
  const answer = await server.renew({ cluster: keeping.cluster, renew: true }, old.credential);
  if (answer.kind === 'ok') {
    await keep(options, memory, answer.value, {});
    return given(answer.value);
  }
  const { status, code, message } = answer.refusal;
  log.warn('Credential not renewed, the old one still holds', { status, code, message });
  if (!isUnknown(answer.refusal)) return given(old);
  memory.refused = old.credential;
  return enrol(options, memory);
}

async function enrol(options: IdentityOptions, memory: Memory): Promise<Credentialed> {
  const { files, keeping, server, log, bootstrapTokenFile } = options;
  const bootstrapToken = (await files.read(bootstrapTokenFile))?.trim() ?? '';
  const [tokenId = ''] = bootstrapToken.split('.');
  if (tokenId === '') return { kind: 'none', why: 'There is no bootstrap token to enrol with.' };
  if (tokenId === memory.spentTokenId) return { kind: 'none', why: 'The bootstrap token was refused.' };

  const attempt = await begun(options, memory, tokenId);
  if (attempt === undefined) return { kind: 'none', why: 'The enrolment cannot be kept in the cluster.' };
  log.info('Enrolling', { cluster: keeping.cluster, tokenId });
  const { nonce } = attempt;
  const request = { cluster: keeping.cluster, bootstrapToken, nonce, agentVersion: AGENT_VERSION };
  const answer = await server.enroll(request);
  if (answer.kind === 'ok') {
    await keep(options, memory, answer.value, { attempt });
    return given(answer.value);
  }
  if (isUnknown(answer.refusal)) memory.spentTokenId = tokenId;
  return { kind: 'none', why: answer.refusal.message, refusal: answer.refusal };
}

/** The attempt with this token, kept before the first request of it leaves. */
async function begun(
  options: IdentityOptions,
  memory: Memory,
  tokenId: string,
): Promise<Attempt | undefined> {
  const before = memory.kept?.attempt;
  if (before?.tokenId === tokenId) return before;
  const attempt = { tokenId, nonce: `${options.ids.uuid()}${options.ids.uuid()}` };
  const kept = { ...memory.kept, attempt };
  const saved = await saveKept(options.keeping, kept);
  if (!saved.ok) {
    options.log.warn('The enrolment cannot be kept', {
      reason: saved.error.reason,
      message: saved.error.message,
    });
    return undefined;
  }
  memory.kept = kept;
  return attempt;
}

/** A credential that cannot be written down is used all the same: the next start enrols or renews again. */
async function keep(
  options: IdentityOptions,
  memory: Memory,
  credential: EnrollAnswer,
  rest: Kept,
): Promise<void> {
  const kept = { ...rest, credential };
  memory.kept = kept;
  memory.renewAtMs = options.time.monotonic() + untilNext(options, credential);
  const saved = await saveKept(options.keeping, kept);
  if (!saved.ok)
    options.log.warn('Credential not kept', { reason: saved.error.reason, message: saved.error.message });
}
