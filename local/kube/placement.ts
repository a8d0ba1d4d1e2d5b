/**
 * Which nodes a pod may run on: taints and tolerations, node selectors and required node affinity.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/
 */
import { z } from 'zod';
import type { Json, JsonObject } from '../../lib/domain/cluster.ts';
import { selects } from '../../lib/domain/label-selector.ts';
import { LabelSelector } from '../../lib/kube/disruption-budgets.ts';
import { type ApiObject, child } from './object.ts';

const Toleration = z.object({
  key: z.string().optional(),
  operator: z.enum(['Equal', 'Exists']).default('Equal'),
  value: z.string().default(''),
  effect: z.string().optional(),
});
type Toleration = z.output<typeof Toleration>;
const Tolerations = z.array(Toleration).catch([]);
const NodeTaints = z
  .array(z.object({ key: z.string(), value: z.string().default(''), effect: z.string() }))
  .catch([]);
const NodeSelector = z.record(z.string(), z.string()).catch({});
/** Terms are alternatives. Fields of nodes cannot be asked for here. */
const NodeTerms = z.array(LabelSelector).catch([]);

/** The DaemonSet controller adds these to its pods; to those on the host's network all of them. */
const ON_EVERY_NODE: readonly Toleration[] = [
  'not-ready',
  'unreachable',
  'disk-pressure',
  'memory-pressure',
  'pid-pressure',
  'unschedulable',
].map((name) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', value: '' }));

/** `template`: a pod, or the template of one. */
export const fits = (template: JsonObject, node: ApiObject): boolean => fitsTolerating(template, node, []);

export const fitsAsDaemon = (template: JsonObject, node: ApiObject): boolean =>
  fitsTolerating(template, node, ON_EVERY_NODE);

function fitsTolerating(template: JsonObject, node: ApiObject, also: readonly Toleration[]): boolean {
  const spec = child(template, 'spec');
  const tolerations = [...Tolerations.parse(spec.tolerations), ...also];
  return tolerates(tolerations, node) && isSelected(spec, node);
}

/** NoSchedule and NoExecute keep pods away that do not tolerate them. */
function tolerates(tolerations: readonly Toleration[], node: ApiObject): boolean {
  return NodeTaints.parse(child(node, 'spec').taints)
    .filter(({ effect }) => effect !== 'PreferNoSchedule')
    .every((taint) =>
      tolerations.some(
        ({ key, operator, value, effect }) =>
          (effect === undefined || effect === taint.effect) &&
          (key === undefined ? operator === 'Exists' : key === taint.key) &&
          (operator === 'Exists' || value === taint.value),
      ),
    );
}

function isSelected(spec: JsonObject, { metadata: { labels = {} } }: ApiObject): boolean {
  const terms = NodeTerms.parse(requiredTerms(spec));
  return (
    selects({ matchLabels: NodeSelector.parse(spec.nodeSelector ?? {}) }, labels) &&
    (terms.length === 0 || terms.some((term) => selects(term, labels)))
  );
}

function requiredTerms(spec: JsonObject): Json | undefined {
  const affinity = child(child(spec, 'affinity'), 'nodeAffinity');
  return child(affinity, 'requiredDuringSchedulingIgnoredDuringExecution').nodeSelectorTerms;
}
