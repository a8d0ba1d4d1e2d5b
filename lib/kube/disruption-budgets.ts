/**
 * Which PodDisruptionBudgets cover a pod: so that people read the name of what stops a drain, which the eviction API's
 * own answer need not carry. Selectors follow policy/v1: an empty one covers the whole namespace, none covers nothing.
 */
import { z } from 'zod';
import type { Tags } from '../domain/cluster.ts';
import { selects } from '../domain/label-selector.ts';
import type { KubeClient, KubeOutcome } from './client.ts';

const Requirement = z.object({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).nullish(),
});

export const LabelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z.array(Requirement).nullish(),
});

const Budget = z.object({
  metadata: z.object({ name: z.string().max(253) }),
  spec: z.object({ selector: LabelSelector.nullish() }).default({}),
});

/** `namespace/name` of every budget that covers the labels, sorted. */
export type BudgetsCovering = (namespace: string, labels: Tags) => Promise<KubeOutcome<readonly string[]>>;

/** Asks for a namespace's budgets once, however many of its pods are stopped by them. */
export function budgetLookup(client: KubeClient): BudgetsCovering {
  const asked = new Map<string, ReturnType<typeof listBudgets>>();
  return async (namespace, labels) => {
    const listing = asked.get(namespace) ?? listBudgets(client, namespace);
    asked.set(namespace, listing);
    const answer = await listing;
    if (!answer.ok) return answer;
    const covering = answer.value.filter(({ spec }) => spec.selector && selects(spec.selector, labels));
    return { ...answer, value: covering.map(({ metadata }) => `${namespace}/${metadata.name}`).sort() };
  };
}

function listBudgets(client: KubeClient, namespace: string) {
  const path = `/apis/policy/v1/namespaces/${encodeURIComponent(namespace)}/poddisruptionbudgets`;
  return client.list({ operation: 'poddisruptionbudgets.list', path, item: Budget });
}
