/**
 * A function that listens to a queue or to a subscription of a topic: its binding, read once at start, and what happens
 * to each message. Return means complete, throw means abandon (`autoCompleteMessages`); after too many abandons the
 * broker makes it a dead letter.
 */
import {
  isServiceBusError,
  type ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { z } from 'zod';
import type { WriteLog } from '../core/contract.ts';
import type { LoadedFunction } from '../core/registry.ts';
import type { ServiceBusSettings } from '../host-json.ts';
import type { InFlight } from '../in-flight.ts';
import type { Invoke } from '../run-invocation.ts';
import { type AppSettings, findConnection, substituteSettings } from '../settings.ts';
import { messageBody, messageMetadata, messageTrace } from './message-input.ts';

const ServiceBusTrigger = z.looseObject({
  connection: z.string().min(1),
  isSessionsEnabled: z.boolean().default(false),
  autoCompleteMessages: z.boolean().optional(),
  cardinality: z.literal('one').optional(),
});

/** The client receives from the path of a subscription, put together as it does itself, as it does from a queue. */
const Source = z.union([
  z.looseObject({ queueName: z.string().min(1) }).transform(({ queueName }) => queueName),
  z
    .looseObject({ topicName: z.string().min(1), subscriptionName: z.string().min(1) })
    .transform(({ topicName, subscriptionName }) => `${topicName}/Subscriptions/${subscriptionName}`),
]);

const DEAD_LETTERS = /\/\$deadletterqueue$/i;

export interface QueueTrigger {
  readonly fn: LoadedFunction;
  readonly connection: string;
  /** Of the queue, or of the subscription: `lifecycle/Subscriptions/webhooks`. */
  readonly queue: string;
  /** Listens to what the queue gave up on. Dead letters have no sessions. */
  readonly deadLetters: boolean;
  readonly sessions: boolean;
  readonly autoComplete: boolean;
}

/** Throws when a setting that the binding names, or its connection, is missing. */
export function readTrigger(
  fn: LoadedFunction,
  settings: AppSettings,
  defaults: ServiceBusSettings,
): QueueTrigger {
  const binding = ServiceBusTrigger.parse(fn.trigger.binding);
  const path = substituteSettings(Source.parse(fn.trigger.binding), settings);
  const deadLetters = DEAD_LETTERS.test(path);
  findConnection(binding.connection, settings);
  return {
    fn,
    connection: binding.connection,
    queue: path.replace(DEAD_LETTERS, ''),
    deadLetters,
    sessions: binding.isSessionsEnabled && !deadLetters,
    autoComplete: binding.autoCompleteMessages ?? defaults.autoComplete,
  };
}

/** What a listener needs besides its trigger. */
export interface ListenerContext {
  readonly client: ServiceBusClient;
  readonly settings: ServiceBusSettings;
  readonly inFlight: InFlight;
  readonly invoke: Invoke;
  readonly log: WriteLog;
}

export interface Listener {
  /** Takes no new message; the ones under way go on. */
  stopAccepting(): Promise<void>;
  /** Gives the locks back that are left. */
  close(): Promise<void>;
}

/** Never rejects: what goes wrong is logged and the broker delivers the message again. */
export function processMessage(
  trigger: QueueTrigger,
  receiver: ServiceBusReceiver,
  message: ServiceBusReceivedMessage,
  context: ListenerContext,
): Promise<void> {
  return context.inFlight.run(async () => {
    const succeeded = await invokeFor(trigger, message, context);
    if (!trigger.autoComplete) return;
    try {
      await (succeeded ? receiver.completeMessage(message) : receiver.abandonMessage(message));
    } catch (error) {
      // A function that dead-letters its message itself has settled it; after a run that was too long it comes again.
      if (succeeded && isServiceBusError(error) && error.code === 'MessageLockLost') return;
      const verb = succeeded ? 'complete' : 'abandon';
      warn(context, trigger, `Could not ${verb} message ${String(message.messageId)}: ${String(error)}`);
    }
  });
}

async function invokeFor(
  { fn }: QueueTrigger,
  message: ServiceBusReceivedMessage,
  { invoke }: ListenerContext,
): Promise<boolean> {
  const traceParent = messageTrace(message);
  try {
    await invoke(fn, {
      inputData: [{ name: fn.trigger.bindingName, data: messageBody(message) }],
      triggerMetadata: messageMetadata(message),
      ...(traceParent !== undefined && { traceParent }),
    });
    return true;
  } catch {
    // Logged where every failed invocation is.
    return false;
  }
}

export function warn({ log }: ListenerContext, { fn }: QueueTrigger, message: string): void {
  log({ level: 'warning', category: 'system', functionName: fn.name, message });
}
