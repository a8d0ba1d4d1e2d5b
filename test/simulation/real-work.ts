/**
 * Work that is done outside of the event loop: WebCrypto makes and uses keys on threads of its own. In a simulation it
 * takes no virtual time, so virtual time stands still until it is done, and its pieces are done one after another in the
 * order in which they were asked for: the threads decide nothing.
 */
import { webcrypto } from 'node:crypto';

const METHODS = ['generateKey', 'importKey', 'exportKey', 'sign', 'verify', 'digest'] as const;
type Work = (...given: readonly unknown[]) => Promise<unknown>;

let pending = 0;
let last: Promise<unknown> = Promise.resolve();

export const isRealWorkPending = (): boolean => pending > 0;

/** Returns what puts everything back. */
export function inOrder(): () => void {
  const subtle: object = webcrypto.subtle;
  for (const method of METHODS) {
    const work: Work = Reflect.get(subtle, method).bind(subtle);
    Reflect.set(subtle, method, (...given: readonly unknown[]) => queued(() => work(...given)));
  }
  // The methods themselves are the prototype's.
  return () => {
    for (const method of METHODS) Reflect.deleteProperty(subtle, method);
  };
}

function queued(work: () => Promise<unknown>): Promise<unknown> {
  pending += 1;
  const done = last.then(work).finally(() => {
    pending -= 1;
  });
  last = done.catch(() => undefined);
  return done;
}
