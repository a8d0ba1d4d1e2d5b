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
  let isStopping = false;
  const subscription = receiver.subscribe(
    {
      processMessage: (message) => {
        lastError = undefined;
        return processMessage(trigger, receiver, message, context);
      },
      processError: async ({ error }) => {
        // A receiver that is closed while it asks for more calls that an error.
        if (isStopping) return;
        if (error.message !== lastError) warn(context, trigger, `Receiving failed: ${error.message}`);
        lastError = error.message;
      },
    },
    { autoCompleteMessages: false, maxConcurrentCalls: settings.maxConcurrentCalls },
  );
  return {
    stopAccepting() {
      isStopping = true;
      return subscription.close();
    },
    close: () => receiver.close(),
  };
}
