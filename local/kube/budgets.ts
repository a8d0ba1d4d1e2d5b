/**
 * PodDisruptionBudgets and the eviction that they may refuse. Rules and words follow the disruption controller and the
 * eviction subresource of Kubernetes: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
import { z } from 'zod';
import { selects } from '../../lib/domain/label-selector.ts';
import { LabelSelector } from '../../lib/kube/disruption-budgets.ts';
import { type Cluster, stored } from './cluster.ts';
import { isReady, replicasOf, templateLabels } from './controllers.ts';
import { nodes } from './nodes.ts';
import { type ApiObject, child } from './object.ts';
import { isTerminating, nodeNameOf, phaseOf, pods, terminate } from './pods.ts';
import { resource } from './resources.ts';
import { StatusError } from './status-error.ts';

const IntOrPercent = z.union([z.number().int(), z.string().regex(/^\d{1,3}%$/)]).optional();
const BudgetSpec = z.object({
  selector: LabelSelector.nullish(),
  minAvailable: IntOrPercent,
  maxUnavailable: IntOrPercent,
});

export interface BudgetStatus {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  readonly currentHealthy: number;
  readonly disruptionsAllowed: number;
}

export function budgetStatus(cluster: Cluster, budget: ApiObject): BudgetStatus {
  const { minAvailable, maxUnavailable } = BudgetSpec.parse(child(budget, 'spec'));
  const covered = pods(cluster).filter((pod) => covers(budget, pod));
  const expectedPods = Math.max(covered.filter((pod) => !isTerminating(pod)).length, scale(cluster, budget));
  const desiredHealthy =
    maxUnavailable === undefined
      ? portion(minAvailable ?? 1, expectedPods)
      : Math.max(expectedPods - portion(maxUnavailable, expectedPods), 0);
  const readyNodes = new Set(
    nodes(cluster)
      .filter(isReady)
      .map(({ metadata }) => metadata.name),
  );
  const currentHealthy = covered.filter((pod) => isHealthy(pod, readyNodes)).length;
  const disruptionsAllowed = Math.max(currentHealthy - desiredHealthy, 0);
  return { expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed };
}

/** Percentages round up, for both kinds of budget. */
const portion = (value: number | string, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) / 100) * of);

/** What the controllers of the covered pods want in all. */
function scale(cluster: Cluster, budget: ApiObject): number {
  return stored(cluster, resource('deployments'))
    .filter(({ metadata }) => metadata.namespace === budget.metadata.namespace)
    .filter((deployment) => selectsLabels(budget, templateLabels(deployment)))
    .reduce((sum, deployment) => sum + replicasOf(deployment), 0);
}

function isHealthy(pod: ApiObject, readyNodes: ReadonlySet<string>): boolean {
  return !isTerminating(pod) && phaseOf(pod) === 'Running' && readyNodes.has(nodeNameOf(pod) ?? '');
}

function covers(budget: ApiObject, pod: ApiObject): boolean {
  return (
    budget.metadata.namespace === pod.metadata.namespace && selectsLabels(budget, pod.metadata.labels ?? {})
  );
}

function selectsLabels(budget: ApiObject, labels: Readonly<Record<string, string>>): boolean {
  const { selector } = BudgetSpec.parse(child(budget, 'spec'));
  return selector ? selects(selector, labels) : false;
}

/** Throws the eviction subresource's own refusals: 429 for a budget, 500 for more than one over the same pod. */
export function evict(cluster: Cluster, pod: ApiObject): void {
  const protectedNow = phaseOf(pod) === 'Running' && !isTerminating(pod);
  const covering = stored(cluster, resource('poddisruptionbudgets')).filter((budget) => covers(budget, pod));
  const [budget] = covering;
  if (protectedNow && budget !== undefined) {
    if (covering.length > 1) throw severalBudgets();
    const status = budgetStatus(cluster, budget);
    if (status.disruptionsAllowed === 0) throw wouldViolate(budget.metadata.name, status);
  }
  terminate(cluster, pod);
}

/** `namespace/name` of the first budget that allows no eviction of a pod on the node. */
export function budgetHolding(cluster: Cluster, nodeName: string): string | undefined {
  const running = pods(cluster).filter(
    (pod) => nodeNameOf(pod) === nodeName && phaseOf(pod) === 'Running' && !isTerminating(pod),
  );
  const holding = stored(cluster, resource('poddisruptionbudgets')).find(
    (budget) =>
      running.some((pod) => covers(budget, pod)) && budgetStatus(cluster, budget).disruptionsAllowed === 0,
  );
  return holding && `${holding.metadata.namespace}/${holding.metadata.name}`;
}

const severalBudgets = (): StatusError =>
  new StatusError(
    500,
    'InternalError',
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  );

const wouldViolate = (name: string, { desiredHealthy, currentHealthy }: BudgetStatus): StatusError =>
  new StatusError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
        },
      ],
    },
  );
