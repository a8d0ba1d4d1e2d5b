/** What owners of clusters on AKS ask for; some bring their network along. */
import { addPool, patchCluster, putPackValues, removePool } from '../../lib/clusters/edit.ts';
import { reconcileNow } from '../../lib/clusters/remove.ts';
import { aCloudInput, aClusterInput } from '../builders/cluster-input.ts';
import { NETWORK } from './azure-side.ts';
import type { Dice } from './dice.ts';
import { type Choice, type Edit, type Habits, patchOf, poolAt } from './people.ts';

const SIZES = ['Standard_D2s_v5', 'Standard_D4s_v5', 'Standard_D8s_v5'] as const;
const ZONES: Choice<readonly string[]> = [['1'], ['2', '3'], ['1', '2', '3'], []];
const BROUGHT = {
  placement: {
    mode: 'static',
    virtualNetwork: NETWORK.name,
    controlPlaneSubnet: NETWORK.controlPlaneSubnet,
    workerSubnet: NETWORK.workerSubnet,
  },
};

export function aksHabits(dice: Dice): Habits {
  return {
    clusters: [2, 3],
    types: SIZES,
    asksAgain: [4, 9],
    ending: 0.5,
    newcomer: (index) => {
      const cloud = index === 0 && dice.hits(0.5) ? BROUGHT : {};
      return (name) => aClusterInput({ name, cloud: aCloudInput(cloud), pools: somePools(dice) });
    },
    anyEdit: () => anyEdit(dice),
    badEdit: () => badEdit(dice),
  };
}

function somePools(dice: Dice): readonly object[] {
  const extra = dice.hits(0.5) ? [aPool(dice, 'web', dice.hits(0.3))] : [];
  return [aPool(dice, 'system', true), ...extra];
}

function aPool(dice: Dice, name: string, system: boolean): object {
  const zones = dice.pick(ZONES);
  return {
    name,
    system,
    size: dice.pick([1, 2, 3]),
    instanceType: dice.pick(SIZES),
    ...(dice.hits(0.5) ? { zones } : {}),
  };
}

function anyEdit(dice: Dice): Edit {
  const [which, size, min] = [dice.next(), dice.pick([1, 2, 3, 4]), dice.pick([1, 2])];
  const type = dice.pick(SIZES);
  const zones = dice.pick(ZONES);
  const fresh = aPool(dice, dice.pick(['web', 'jobs', 'gate']), dice.hits(0.3));
  const patch = patchOf((document) => poolAt(document, which));
  return dice.pick<Edit>([
    patch({ size }),
    patch({ size }),
    patch({ instanceType: type }),
    patch({ instanceType: type }),
    patch({ zones }),
    patch({ autoscale: { min, max: min + 2 } }),
    patch({ autoscale: null, size }),
    patch({ labels: { tier: `t${size}` } }),
    (deps, document) => addPool(deps, { document, strict: false }, fresh),
    (deps, document) => removePool(deps, { document, strict: false }, poolAt(document, which).name),
    (deps, document) => patchCluster(deps, { document, strict: false }, { tags: { stage: `s${size}` } }),
    (deps, document) =>
      putPackValues(deps, { document, strict: false }, 'kubernetes-aks', {
        managedControlPlane: {
          sku: which < 0.5 ? 'Standard' : 'Free',
          autoUpgradeProfile: { upgradeChannel: size > 2 ? 'patch' : 'none' },
        },
      }),
    (deps, document) => reconcileNow(deps, { document }),
  ]);
}

function badEdit(dice: Dice): Edit {
  const patch = patchOf((document) => poolAt(document, 0));
  return dice.pick<Edit>([
    patch({ size: -1 }),
    patch({ instanceType: '' }),
    patch({ autoscale: { min: 3, max: 1 } }),
    (deps, document) => addPool(deps, { document, strict: false }, { name: 'Bad Name', size: 1 }),
    (deps, document) => patchCluster(deps, { document, strict: false }, { name: 'other' }),
    (deps, document) => removePool(deps, { document, strict: false }, 'no-such-pool'),
  ]);
}
