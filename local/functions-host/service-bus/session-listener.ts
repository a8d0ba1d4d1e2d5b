/**
 * Listens to a queue with sessions. The JavaScript client has no session processor, so each of `maxConcurrentSessions`
 * slots runs a loop: accept the next free session, handle its messages one by one, let it go once it has been idle for
 * `sessionIdleTimeout`. Exclusive per session, in order; many sessions side by side.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isServiceBusError, type ServiceBusSessionReceiver } from '@azure/service-bus';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Listener, type ListenerContext, processMessage, type QueueTrigger, warn } from './trigger.ts';

/** Between failed accepts, doubled up to the limit: a broker that restarts is found within seconds, not hammered. */
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2_000;
/**
 * Slots that wait for a session at a time. Every waiting slot has a link of its own, which the client opens anew after
 * each try; all of them waiting would cost an idle host as much as a busy one.
 */
const MAX_WAITING = 8;

export function listenToSessions(trigger: QueueTrigger, context: ListenerContext): Listener {
  const stop = new AbortController();
  const held = new Set<ServiceBusSessionReceiver>();
  const turns = pLimit(MAX_WAITING);
  for (let slot = 0; slot < context.settings.maxConcurrentSessions; slot += 1) {
    void runSlot({ trigger, context, signal: stop.signal, held, turns });
  }
  return {
    stopAccepting: async () => stop.abort(),
    close: async () => {
      await Promise.allSettled([...held].map((session) => session.close()));
    },
  };
}

interface Slot {
  readonly trigger: QueueTrigger;
  readonly context: ListenerContext;
  readonly signal: AbortSignal;
  readonly held: Set<ServiceBusSessionReceiver>;
  /** Who may wait for a session. */
  readonly turns: LimitFunction;
}

async function runSlot(slot: Slot): Promise<void> {
  let failures = 0;
  while (!slot.signal.aborted) {
    const accepted = await slot.turns(() => acceptSession(slot));
    switch (accepted.kind) {
      case 'session':
        failures = 0;
        await serveSession(slot, accepted.session);
        break;
      case 'none-free':
        // The broker has kept the request waiting for a whole try: asking again at once is no spin.
        failures = 0;
        break;
      case 'failed':
        if (failures === 0)
          warn(slot.context, slot.trigger, `Accepting a session failed: ${accepted.message}`);
        await pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures), slot.signal);
        failures += 1;
        break;
    }
  }
}

type Accepted =
  | { readonly kind: 'session'; readonly session: ServiceBusSessionReceiver }
  | { readonly kind: 'none-free' }
  | { readonly kind: 'failed'; readonly message: string };

async function acceptSession({ trigger, context, signal }: Slot): Promise<Accepted> {
  try {
    const session = await context.client.acceptNextSession(trigger.queue, {
      skipParsingBodyAsJson: true,
      maxAutoLockRenewalDurationInMs: context.settings.maxLockRenewalMs,
      abortSignal: signal,
    });
    return { kind: 'session', session };
  } catch (error) {
    if (signal.aborted || (isServiceBusError(error) && error.code === 'ServiceTimeout')) {
      return { kind: 'none-free' };
    }
    return { kind: 'failed', message: String(error) };
  }
}

async function serveSession({ trigger, context, signal, held }: Slot, session: ServiceBusSessionReceiver) {
  held.add(session);
  try {
    while (!signal.aborted) {
      const [message] = await session.receiveMessages(1, {
        maxWaitTimeInMs: context.settings.sessionIdleTimeoutMs,
        abortSignal: signal,
      });
      if (message === undefined) return;
      await processMessage(trigger, session, message, context);
    }
  } catch (error) {
    // The session's lock or link is gone; its messages come again, to whoever accepts the session next.
    if (!signal.aborted) warn(context, trigger, `Session ${session.sessionId} ended: ${String(error)}`);
  } finally {
    held.delete(session);
    await session.close().catch(() => {});
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // Only the host's stop ends a pause early.
  }
}
