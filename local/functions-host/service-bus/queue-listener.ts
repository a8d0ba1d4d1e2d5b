/** Listens to a queue without sessions: the client's own pump, which reconnects by itself for ever. */
import type { ServiceBusReceiver } from '@azure/service-bus';
import { type Listener, type ListenerContext, processMessage, type QueueTrigger, warn } from './trigger.ts';

export function listenToQueue(trigger: QueueTrigger, context: ListenerContext): Listener {
  const { client, settings } = context;
  const receiver: ServiceBusReceiver = client.createReceiver(trigger.queue, {
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: settings.maxLockRenewalMs,
    ...(trigger.deadLetters && { subQueueType: 'deadLetter' }),
  });
  // The client repeats its error several times a second while a broker is down; once tells as much.
  let lastError: string | undefined;
  const subscription = receiver.subscribe(
    {
      processMessage: (message) => {
        lastError = undefined;
        return processMessage(trigger, receiver, message, context);
      },
      processError: async ({ error }) => {
        if (error.message !== lastError) warn(context, trigger, `Receiving failed: ${error.message}`);
        lastError = error.message;
      },
    },
    { autoCompleteMessages: false, maxConcurrentCalls: settings.maxConcurrentCalls },
  );
  return {
    stopAccepting: () => subscription.close(),
    close: () => receiver.close(),
  };
}
