/** The cluster's authorities and keys: made before anything else, and the last thing that is forgotten. */
import { ok } from '../../domain/errors.ts';
import { act, done, type Step } from '../../domain/plan.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { KEYS_STEP } from '../names.ts';
import type { MachineContext } from '../port.ts';

/** The vault needs some seconds until it is certain whose keys were the first. */
const SETTLING_MS = 5 * SECOND_MS;

interface KeysDesired {
  readonly deleting: boolean;
}

interface KeysAction {
  readonly kind: 'create' | 'remove';
}

export const keysStep: Step<MachineContext, KeysDesired, boolean, KeysAction> = {
  name: KEYS_STEP,
  title: 'Cluster keys',
  condition: 'CreatingInfrastructure',
  after: [],
  desired: ({ deleting }) => ({ deleting }),
  observe: async (ctx) => ok(await ctx.boot.hasPki()),
  plan({ deleting }, present) {
    if (deleting) return present ? act({ kind: 'remove' }, 'ForgettingKeys') : done('KeysForgotten');
    return present ? done('KeysReady') : act({ kind: 'create' }, 'CreatingKeys');
  },
  async act(ctx, _desired, { kind }) {
    const done = kind === 'create' ? await ctx.boot.ensurePki() : await ctx.boot.forget();
    if (!done.ok) return done;
    const event =
      kind === 'create' ? 'Made the authorities and keys of the cluster' : 'Forgot the keys of the cluster';
    return ok({ event, lookAfterMs: kind === 'create' ? SETTLING_MS : 0 });
  },
};
