/**
 * From a bootstrap token to a credential, and from a credential to the next. The write that uses the token up decides who
 * is enrolled; everything after it can be repeated by who holds the nonce, so a lost answer costs nothing.
 */
import { createHash } from 'node:crypto';
import type { Deps } from '../deps.ts';
import type { EnrollAnswer, EnrollRequest } from '../domain/agent.ts';
import { asClusterId, type ClusterId } from '../domain/ids.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { Agent } from './authenticate.ts';
import { isToken, readToken } from './bootstrap.ts';
import { answerOf, CREDENTIAL_MS, isSame, renewed } from './credential.ts';
import { changeEnrolment, type EnrolmentDocument } from './enrolment.ts';
import { type AgentKey, agentKey } from './keys.ts';
import type { RosterEntry } from './port.ts';
import { changeRosterEntry } from './roster.ts';

type EnrolDeps = Pick<Deps, 'store' | 'clock' | 'secrets'>;

export type Enrolment =
  | { readonly kind: 'enrolled'; readonly answer: EnrollAnswer; readonly entry: RosterEntry }
  /** Wrong, expired, used up, or of another cluster: nobody is told which. */
  | { readonly kind: 'refused' }
  /** The cluster is being deleted. */
  | { readonly kind: 'absent' };

/** The same token with the same nonce is answered again so long. Our choice: docs/limits.md. */
const SAME_ANSWER_MS = 10 * MINUTE_MS;

/** Throws StoreUnavailableError: the token may be used up, and the same request gets its answer. */
export async function enrol(deps: EnrolDeps, request: EnrollRequest): Promise<Enrolment> {
  const key = await agentKey(deps);
  if (key === undefined) return { kind: 'refused' };
  const cluster = asClusterId(request.cluster);
  let isIn = false;
  const enrolment = await changeEnrolment(deps, cluster, (present) => {
    const judged = judge(key, present, request, deps.clock.now());
    isIn = judged.isIn;
    return judged.enrolment;
  });
  const expiresAtMs = enrolment?.token?.used?.expiresAtMs;
  if (!isIn || enrolment === undefined || expiresAtMs === undefined) return { kind: 'refused' };
  const credential = { cluster, shard: enrolment.shard, epoch: enrolment.epoch, expiresAtMs };
  const entry = await putEpoch(deps, credential);
  return entry ? { kind: 'enrolled', answer: answerOf(key, credential), entry } : { kind: 'absent' };
}

/** Throws StoreUnavailableError. */
export async function renew(deps: EnrolDeps, { entry, ...credential }: Agent): Promise<Enrolment> {
  const key = await agentKey(deps);
  if (key === undefined) return { kind: 'refused' };
  const next = renewed(credential, deps.clock.now());
  await changeEnrolment(deps, credential.cluster, (enrolment) => {
    const isKnown = (enrolment?.credentialUntilMs ?? 0) >= next.expiresAtMs;
    if (enrolment === undefined || enrolment.epoch !== credential.epoch || isKnown) return enrolment;
    return { ...enrolment, credentialUntilMs: next.expiresAtMs };
  });
  return { kind: 'enrolled', answer: answerOf(key, next), entry };
}

interface Judged {
  readonly isIn: boolean;
  readonly enrolment: EnrolmentDocument | undefined;
}

/** Pure. */
function judge(
  key: AgentKey,
  enrolment: EnrolmentDocument | undefined,
  { cluster, bootstrapToken, nonce }: EnrollRequest,
  nowMs: EpochMs,
): Judged {
  const shown = readToken(bootstrapToken);
  const { token } = enrolment ?? {};
  if (enrolment === undefined || shown === undefined || token === undefined)
    return { isIn: false, enrolment };
  if (!isToken(key, asClusterId(cluster), token, shown)) return { isIn: false, enrolment };
  const { used } = token;
  const nonceHash = createHash('sha256').update(nonce).digest('base64url');
  if (used === undefined) {
    if (nowMs >= token.expiresAtMs) return { isIn: false, enrolment: askedAgain(enrolment, nowMs) };
    return { isIn: true, enrolment: usedUp(enrolment, { atMs: nowMs, nonceHash }) };
  }
  const isSameTry = isSame(nonceHash, used.nonceHash) && nowMs - used.atMs < SAME_ANSWER_MS;
  return isSameTry ? { isIn: true, enrolment } : { isIn: false, enrolment: askedAgain(enrolment, nowMs) };
}

/** Whoever has the right token and cannot use it needs another one: the next look at the cluster sees to it. */
function askedAgain(enrolment: EnrolmentDocument, nowMs: EpochMs): EnrolmentDocument {
  return enrolment.askedAgainAtMs === undefined ? { ...enrolment, askedAgainAtMs: nowMs } : enrolment;
}

function usedUp(
  enrolment: EnrolmentDocument,
  use: { readonly atMs: EpochMs; readonly nonceHash: string },
): EnrolmentDocument {
  const expiresAtMs = use.atMs + CREDENTIAL_MS;
  const { token, epoch } = enrolment;
  return {
    ...enrolment,
    epoch: epoch + 1,
    credentialUntilMs: expiresAtMs,
    ...(token === undefined ? {} : { token: { ...token, used: { ...use, expiresAtMs } } }),
  };
}

/** Ends what earlier enrolments gave out. `undefined`: the cluster is off the roster. */
function putEpoch(
  deps: EnrolDeps,
  { cluster, shard, epoch }: { cluster: ClusterId; shard: number; epoch: number },
): Promise<RosterEntry | undefined> {
  return changeRosterEntry(deps, shard, cluster, (present) =>
    present !== undefined && present.epoch < epoch ? { ...present, epoch } : present,
  );
}
