/** Finds the object that the path names. Before the role is judged, because what someone may not see answers 404. */
import { seesWith } from '../auth/grants.ts';
import type { Missing } from '../contract.ts';
import { type ApiLayer, known } from '../exchange.ts';
import { notFound } from '../problem.ts';

export function locateTarget<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'locate-target',
    async before({ event }) {
      const { locate } = event.contract;
      if (!locate) {
        // Without `locate` T is its default, undefined.
        event.target = { value: undefined as T };
        return undefined;
      }
      const found = await locate.find({
        caller: event.caller,
        params: known(event.params, 'params'),
        sees: seesWith(event.grant),
        deps: event.deps,
      });
      if (found === undefined) return notFound(locate.what);
      if (isMissing(found)) return notFound(found.missing);
      event.target = { value: found };
      return undefined;
    },
  };
}

function isMissing<T>(found: T | Missing): found is Missing {
  return typeof found === 'object' && found !== null && 'missing' in found;
}
