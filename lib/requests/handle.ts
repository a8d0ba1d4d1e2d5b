/**
 * A message of queue `requests` from arrival to answer: judged and carried out once, however often it is delivered;
 * audited; answered to a queue that the settings allow. An unusable message becomes a dead letter with the problem as
 * its reason. What only time can mend throws, so that the message comes again.
 */
import { type Answer, answer } from '../api/answer.ts';
import { claimKey } from '../api/idempotency.ts';
import { type Problem, refusal, toProblemDocument } from '../api/problem.ts';
import { refused } from '../api/refused.ts';
import { schemaFindings } from '../api/schema-findings.ts';
import { recordAudit } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import type { Outcome } from '../domain/refusal.ts';
import type { DeadLetterer } from '../queue/dead-letters.ts';
import { REQUEST_MESSAGE, type RequestMessage } from './message.ts';
import { type Commanded, runCommand, SUBJECT } from './run-command.ts';

export const REQUESTS_QUEUE = 'requests';

export interface RequestsDeps extends Deps {
  readonly deadLetters: DeadLetterer;
}

/** The message as the runtime holds it. */
export interface Delivered {
  readonly body: unknown;
  readonly messageId: string;
  readonly lockToken: string;
  readonly correlationId?: string;
}

/** Delivered again later: nothing is wrong with the message. */
export class TryAgainError extends Error {
  override readonly name = 'TryAgainError';
}

export async function handleRequest(deps: RequestsDeps, delivered: Delivered): Promise<void> {
  const parsed = REQUEST_MESSAGE.safeParse(delivered.body);
  if (!parsed.success) {
    const unreadable = refusal(schemaFindings(parsed.error, delivered.body));
    if (!unreadable) throw new Error('A schema refused a message without saying why');
    return bury(deps, delivered, unreadable);
  }
  const message = parsed.data;
  const result = await runOnce(deps, message, delivered);
  await reply(deps, message, delivered, result);
  if (result.kind === 'problem') await bury(deps, delivered, result);
}

/** The answer of a redelivered message is the one that it had: the command may have been carried out before a crash. */
async function runOnce(deps: RequestsDeps, message: RequestMessage, delivered: Delivered): Promise<Answer> {
  const claim = await claimKey(deps, {
    key: delivered.messageId,
    project: message.project,
    caller: SUBJECT,
    route: `requests/${message.type}`,
    query: '',
    body: message,
  });
  if (claim.kind === 'answered') return mendedByTime(claim.answer);
  try {
    const outcome = await runCommand(deps, message);
    const result = mendedByTime(outcome.ok ? accepted(outcome.value) : refused(outcome.refusal));
    await recordAudit(deps, auditOf(message, outcome, result, correlationOf(deps, message, delivered)));
    await claim.hold.keep(result);
    return result;
  } catch (error) {
    await claim.hold.release();
    throw error;
  }
}

function mendedByTime(result: Answer): Answer {
  if (result.kind === 'problem' && WAITS.has(result.code)) throw new TryAgainError(result.detail);
  return result;
}

const WAITS = new Set(['CONTENDED', 'IDEMPOTENCY_IN_PROGRESS']);

function accepted({ object, changed, warnings }: Commanded): Answer {
  return answer(changed ? 202 : 200, { ...object, ...(warnings.length > 0 && { warnings }) });
}

function auditOf(
  message: RequestMessage,
  outcome: Outcome<Commanded>,
  result: Answer,
  correlationId: string,
) {
  const { type, project, cluster } = message;
  const changed = outcome.ok ? outcome.value : undefined;
  return {
    project,
    who: SUBJECT,
    what: type,
    object: {
      kind: 'pool' in message ? 'pool' : 'cluster',
      name: 'pool' in message ? `${cluster}/${message.pool}` : cluster,
      ...(changed && { uid: changed.document.id }),
    },
    ...(changed?.generationBefore !== undefined && { generationBefore: changed.generationBefore }),
    ...(changed && { generationAfter: changed.document.generation }),
    status: result.status,
    ...(result.kind === 'problem' && { code: result.code }),
    correlationId,
  };
}

function correlationOf(deps: Pick<Deps, 'ids'>, message: RequestMessage, delivered: Delivered): string {
  return message.correlationId ?? delivered.correlationId ?? deps.ids.uuid();
}

async function reply(
  deps: RequestsDeps,
  message: RequestMessage,
  delivered: Delivered,
  result: Answer,
): Promise<void> {
  const { replyTo } = message;
  if (replyTo === undefined || !deps.config.replyQueues.includes(replyTo)) return;
  const correlationId = correlationOf(deps, message, delivered);
  const isProblem = result.kind === 'problem';
  await deps.queue.reply(replyTo, {
    body: isProblem ? documentOf(result, correlationId) : result.body,
    contentType: isProblem ? 'application/problem+json' : 'application/json',
    correlationId,
  });
}

async function bury(deps: RequestsDeps, delivered: Delivered, problem: Problem): Promise<void> {
  const correlationId = delivered.correlationId ?? delivered.messageId;
  await deps.deadLetters.deadLetter({
    queue: REQUESTS_QUEUE,
    lockToken: delivered.lockToken,
    reason: problem.code,
    description: JSON.stringify(documentOf(problem, correlationId)),
  });
}

function documentOf(problem: Problem, correlationId: string) {
  return toProblemDocument(problem, { instance: `/${REQUESTS_QUEUE}`, correlationId });
}
