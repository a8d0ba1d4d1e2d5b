/** Carries a request out with the faults that are put on it: throttled, refused before, lost after. */
import type { ErrorFault } from '../../kit/faults.ts';
import type { Service } from '../wire/services.ts';
import type { Call } from './call.ts';
import { AwsFault } from './fault.ts';
import type { Reply } from './operation.ts';
import { throttledFault } from './throttling.ts';
import type { World } from './world.ts';

export type Outcome =
  | { readonly kind: 'answered'; readonly reply: Reply }
  /** An answer, not a refusal: a refusal would undo what happened before it. */
  | { readonly kind: 'failed'; readonly fault: AwsFault }
  /** The connection breaks before the answer. */
  | { readonly kind: 'cut' };

export function carryOut(world: World, call: Call, service: Service, run: () => Reply): Outcome {
  if (world.faults.list().length === 0) return { kind: 'answered', reply: run() };
  // Faults on a region concern what belongs to the whole account, too.
  const region = service.isGlobal ? undefined : call.region;
  const names = [call.operation, `${call.service}.${call.operation}`];
  const isThrottled = names.some(
    (name) => world.faults.throttledForMs(name, region, call.nowMs) !== undefined,
  );
  if (isThrottled) return { kind: 'failed', fault: throttledFault(service) };
  const take = (when: ErrorFault['when']) =>
    names.reduce<ErrorFault | undefined>(
      (taken, name) => taken ?? world.faults.takeError(name, when, region),
      undefined,
    );
  const before = take('before');
  if (before) return injected(before);
  const reply = run();
  const after = take('after');
  return after ? injected(after) : { kind: 'answered', reply };
}

function injected({ code, message }: ErrorFault): Outcome {
  if (code === 'ConnectionReset') return { kind: 'cut' };
  return { kind: 'failed', fault: new AwsFault(code, message ?? `The request failed with ${code}.`) };
}
