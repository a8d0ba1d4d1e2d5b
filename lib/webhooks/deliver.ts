/**
 * One message of queue `webhooks`: one attempt, and what follows from it. Waiting is the queue's business: a failure sends
 * the message again, to be delivered later. Attempts are at least once and in no order; the settings are read anew each
 * time, so that a hook that is gone gets nothing more.
 */
import type { Deps } from '../deps.ts';
import { readSettings } from '../projects/settings.ts';
import type { WebhookMessage } from '../queue/port.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { type Webhook, wants } from './hook.ts';
import { sendAttempt, webhookIdOf } from './message.ts';
import { holdDelayMs, retryDelayMs } from './retries.ts';
import { signatureOf } from './secret.ts';
import { TEST_EVENT } from './send-test.ts';
import { type Attempted, recordAttempt } from './status.ts';
import type { Traffic } from './traffic.ts';
import type { PostOutcome, PostWebhook } from './transport.ts';

export interface WebhookDeps
  extends Pick<Deps, 'store' | 'queue' | 'secrets' | 'clock' | 'chance' | 'logger'> {
  readonly postWebhook: PostWebhook;
  readonly traffic: Traffic;
}

type Attempt =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly error: string; readonly final?: boolean }
  /** The hook is gone, has another URL, or does not want this any more. */
  | { readonly kind: 'unwanted' }
  /** Its receiver is being called as often as one may be. */
  | { readonly kind: 'full' };

/** Throws when the broker does not take what comes next: the runtime delivers the message again. */
export async function deliverWebhook(deps: WebhookDeps, message: WebhookMessage): Promise<void> {
  const attempt = await attemptOrFailure(deps, message);
  switch (attempt.kind) {
    case 'unwanted':
      return;
    case 'full':
      return hold(deps, message);
    case 'delivered':
      return record(deps, message, attempt);
    case 'failed':
      return retry(deps, message, attempt);
  }
}

/** Whatever breaks here would break again at once: it is tried later like an attempt that failed, and as often. */
async function attemptOrFailure(deps: WebhookDeps, message: WebhookMessage): Promise<Attempt> {
  try {
    return await attemptOnce(deps, message);
  } catch (error) {
    const { hook, attempt } = message;
    deps.logger.error('Putting off a webhook that could not be attempted', { hook, attempt, error });
    return { kind: 'failed', error: 'Slipway could not make the attempt.' };
  }
}

async function attemptOnce(
  deps: WebhookDeps,
  { project, hook: id, event }: WebhookMessage,
): Promise<Attempt> {
  const settings = await readSettings(deps, project);
  const hook = settings?.document.webhooks?.find((one) => one.id === id);
  if (!hook || (event.type !== TEST_EVENT && !wants(hook, event.type))) return { kind: 'unwanted' };
  if (!deps.traffic.enter(hook.id)) return { kind: 'full' };
  const startedAt = deps.clock.monotonic();
  try {
    return await post(deps, hook, event);
  } finally {
    deps.traffic.leave(hook.id, deps.clock.monotonic() - startedAt);
  }
}

async function post(deps: WebhookDeps, hook: Webhook, event: WebhookMessage['event']): Promise<Attempt> {
  const secret = await deps.secrets.get(hook.secretName);
  if (!secret) return { kind: 'failed', error: 'The secret is not in the secret store; send a new one.' };
  const id = webhookIdOf(event);
  const timestamp = Math.floor(deps.clock.now() / 1000);
  const body = JSON.stringify(event);
  const outcome = await deps.postWebhook({
    url: hook.url,
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Slipway',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf(secret, { id, timestamp, body }),
    },
    body,
  });
  return attemptOf(outcome);
}

/** The words are the same each time, so that a failure that stays is written once. */
function attemptOf(outcome: PostOutcome): Attempt {
  switch (outcome.kind) {
    case 'answered':
      return answered(outcome.status);
    case 'timed-out':
      return { kind: 'failed', error: 'The receiver did not answer in time.' };
    case 'forbidden':
      return { kind: 'failed', error: 'The host has an address that is not on the public internet.' };
    case 'unreachable':
      return { kind: 'failed', error: `The receiver could not be reached (${outcome.code}).` };
  }
}

function answered(status: number): Attempt {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) {
    return { kind: 'failed', error: 'The receiver answered 410: it is gone.', final: true };
  }
  const hint = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return { kind: 'failed', error: `The receiver answered ${status}${hint}.` };
}

async function hold(deps: WebhookDeps, message: WebhookMessage): Promise<void> {
  const delayMs = holdDelayMs(message.held, deps.chance);
  if (delayMs === undefined) {
    return retry(deps, message, { kind: 'failed', error: 'Too many messages wait for the receiver.' });
  }
  await sendAttempt(deps, { ...message, held: message.held + 1 }, deps.clock.now() + delayMs);
}

/** The next attempt first: what is known about the hook may be missing, a message may not. */
async function retry(
  deps: WebhookDeps,
  message: WebhookMessage,
  { error, final }: Extract<Attempt, { kind: 'failed' }>,
): Promise<void> {
  const delayMs = final ? undefined : retryDelayMs(message.attempt, deps.chance);
  if (delayMs === undefined) {
    const { project, hook, attempt } = message;
    deps.logger.warn('Giving up a webhook message', { project, hook, attempt, event: message.event.id });
  } else {
    const next = { ...message, attempt: message.attempt + 1, held: 0 };
    await sendAttempt(deps, next, deps.clock.now() + delayMs);
  }
  await record(deps, message, { kind: 'failed', error, givenUp: delayMs === undefined });
}

/** What arrived must not be sent again because the database is away. */
async function record(
  deps: WebhookDeps,
  { project, hook }: WebhookMessage,
  attempted: Attempted,
): Promise<void> {
  try {
    await recordAttempt(deps, { project, hook }, attempted);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    deps.logger.warn('Not recording how a webhook fared', { project, hook });
  }
}
