/** What owners of clusters on EC2 ask for. */
import { addPool, patchCluster, removePool } from '../../lib/clusters/edit.ts';
import { reconcileNow } from '../../lib/clusters/remove.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { ZONES } from '../builders/aws.ts';
import { aControlPlaneInput, anAwsCloudInput, anAwsInput, anAwsPoolInput } from '../builders/aws-input.ts';
import type { Dice } from './dice.ts';
import { InvariantError } from './invariant-error.ts';
import { type Choice, type Edit, type Habits, patchOf, poolAt } from './people.ts';

const TYPES = ['m5.large', 'm5.xlarge', 'm6i.large'] as const;
const [A, B, C] = ZONES;
const PLACES: Choice<readonly string[]> = [[A], [B, C], [A, B, C], [C]];

/** A life takes longer than on AKS and asks more of its cloud. */
export function awsHabits(dice: Dice): Habits {
  return {
    clusters: [1, 2],
    types: TYPES,
    asksAgain: [0.5, 3],
    ending: 0.35,
    newcomer: () => (name) => aNewcomer(dice, name),
    anyEdit: () => anyEdit(dice),
    badEdit: () => badEdit(dice),
  };
}

function aNewcomer(dice: Dice, name: string): object {
  const bastion = { enabled: dice.hits(0.5) };
  return anAwsInput({ name, cloud: anAwsCloudInput({ bastion }), pools: somePools(dice) });
}

function somePools(dice: Dice): readonly object[] {
  const zones = dice.pick(PLACES);
  const controlPlane = aControlPlaneInput({
    size: dice.pick([1, 1, 3]),
    instanceType: dice.pick(TYPES),
    zones,
  });
  return [controlPlane, aPool(dice, 'worker'), ...(dice.hits(0.4) ? [aPool(dice, 'web')] : [])];
}

function aPool(dice: Dice, name: string): object {
  const zones = dice.pick(PLACES);
  const spot = { maxBidPercent: dice.pick([40, 60, 100]), fallback: dice.pick(['none', 'on-demand']) };
  return anAwsPoolInput({
    name,
    size: dice.pick([1, 2, 3]),
    instanceType: dice.pick(TYPES),
    zones,
    ...(dice.hits(0.35) ? { capacity: 'spot', spot } : {}),
  });
}

function anyEdit(dice: Dice): Edit {
  const [which, size, type, zones] = [
    dice.next(),
    dice.pick([1, 2, 3, 4]),
    dice.pick(TYPES),
    dice.pick(PLACES),
  ];
  const fresh = aPool(dice, dice.pick(['web', 'jobs', 'gate']));
  const patch = patchOf((document) => poolAt(document, which));
  const worker = patchOf((document) => workerAt(document, which));
  const control = patchOf(controlPlaneOf);
  const spot = { maxBidPercent: dice.pick([40, 70, 100]), fallback: dice.pick(['none', 'on-demand']) };
  return dice.pick<Edit>([
    worker({ size }),
    worker({ size }),
    control({ size: size > 2 ? 5 : 3 }),
    control({ size: 3 }),
    patch({ instanceType: type }),
    patch({ instanceType: type }),
    patch({ zones }),
    worker({ capacity: 'spot', spot }),
    worker({ capacity: 'on-demand', spot: null }),
    worker({ labels: { tier: `t${size}` } }),
    worker({ taints: size > 2 ? [{ key: 'only', value: 'some', effect: 'NoSchedule' }] : [] }),
    (deps, document) => addPool(deps, { document, strict: false }, fresh),
    (deps, document) => removePool(deps, { document, strict: false }, workerAt(document, which).name),
    (deps, document) => patchCluster(deps, { document, strict: false }, { tags: { stage: `s${size}` } }),
    (deps, document) => reconcileNow(deps, { document }),
  ]);
}

function badEdit(dice: Dice): Edit {
  const patch = patchOf(controlPlaneOf);
  return dice.pick<Edit>([
    patch({ size: -1 }),
    patch({ size: 2 }),
    (deps, document) => addPool(deps, { document, strict: false }, { name: 'Bad Name', size: 1 }),
    (deps, document) => removePool(deps, { document, strict: false }, controlPlaneOf(document).name),
    (deps, document) => patchCluster(deps, { document, strict: false }, { name: 'other' }),
  ]);
}

function workerAt(document: ClusterDocument, which: number): PoolSpec {
  const workers = document.spec.pools.filter(({ role }) => role === 'worker');
  return workers[Math.floor(which * workers.length)] ?? controlPlaneOf(document);
}

function controlPlaneOf({ spec }: ClusterDocument): PoolSpec {
  const found = spec.pools.find(({ role }) => role === 'control-plane');
  if (!found) throw new InvariantError('A cluster without a control plane');
  return found;
}
