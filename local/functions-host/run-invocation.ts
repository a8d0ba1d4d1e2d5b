/**
 * An invocation with what the platform does around it: output bindings afterwards, and the one place where a failure is
 * logged. Triggers only decide what follows from a failure.
 */
import type { FunctionApp, Invocation } from './core/app.ts';
import type { InvocationResponse } from './core/contract.ts';
import type { LoadedFunction } from './core/registry.ts';
import type { InFlight } from './in-flight.ts';
import { type OutputContext, sendOutputs } from './service-bus/outputs.ts';

/** The function threw or its outputs were not accepted; logged already. */
export class InvocationFailedError extends Error {
  override readonly name = 'InvocationFailedError';
}

/** Rejects with InvocationFailedError and nothing else. */
export type Invoke = (fn: LoadedFunction, invocation: Invocation) => Promise<InvocationResponse>;

export function invoker(app: FunctionApp, inFlight: InFlight, outputs: OutputContext): Invoke {
  return (fn, invocation) =>
    inFlight.run(async () => {
      try {
        const response = await app.invoke(fn, invocation);
        await sendOutputs(fn, response, outputs);
        return response;
      } catch (cause) {
        const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
        const message = `Executed '${fn.name}' (Failed): ${reason}`;
        app.log({ level: 'error', category: 'system', functionName: fn.name, message });
        throw new InvocationFailedError(`Function "${fn.name}" failed`, { cause });
      }
    });
}
