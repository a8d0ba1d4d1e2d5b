/** The nodes as the API server shows them: conditions, capacity, pool and role. */
import { z } from 'zod';
import type { Amounts, NodeReport } from '../../lib/domain/agent.ts';
import { POOL_LABEL } from '../../lib/domain/pool.ts';
import { type KubeClient, type KubeOutcome, listAll } from '../kube/client.ts';
import { bytes, milli } from '../kube/quantity.ts';

const CONTROL_PLANE_LABEL = 'node-role.kubernetes.io/control-plane';
const MAX_MESSAGE = 256;
const MAX_ADDRESSES = 4;
/** Best first; names that only the cluster's own DNS knows are of no use to others. */
const ADDRESS_TYPES = ['ExternalIP', 'ExternalDNS', 'InternalIP'];

const Quantity = z.union([z.string(), z.number()]).optional();

const Node = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
    creationTimestamp: z.string().nullish(),
  }),
  status: z
    .object({
      capacity: z.object({ cpu: Quantity, memory: Quantity, 'ephemeral-storage': Quantity }).catch({}),
      nodeInfo: z.object({ kubeletVersion: z.string().optional() }).catch({}),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            // Whoever writes a condition of his own may write anything.
            status: z.enum(['True', 'False', 'Unknown']).catch('Unknown'),
            reason: z.string().nullish(),
            message: z.string().nullish(),
            lastTransitionTime: z.string().nullish(),
          }),
        )
        .catch([]),
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).catch([]),
    })
    .catch({ capacity: {}, nodeInfo: {}, conditions: [], addresses: [] }),
});
type Node = z.output<typeof Node>;

/** What a node is, before the sums of its pods are known. */
export type ObservedNode = Omit<NodeReport, 'requests'>;

export function observeNodes(kube: KubeClient): Promise<KubeOutcome<readonly ObservedNode[]>> {
  return listAll(kube, { path: '/api/v1/nodes', item: Node.transform(observed) });
}

function observed({ metadata, status }: Node): ObservedNode {
  const labels = metadata.labels ?? {};
  const pool = labels[POOL_LABEL];
  const { kubeletVersion } = status.nodeInfo;
  const createdAt = instant(metadata.creationTimestamp);
  const addresses = addressesOf(status);
  return {
    name: metadata.name,
    ...(pool === undefined ? {} : { pool }),
    role: CONTROL_PLANE_LABEL in labels ? 'control-plane' : 'worker',
    ...(kubeletVersion === undefined ? {} : { kubeletVersion }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(addresses.length === 0 ? {} : { addresses }),
    capacity: capacity(status),
    conditions: status.conditions.map(condition),
  };
}

function capacity({ capacity: { cpu, memory, 'ephemeral-storage': disk } }: Node['status']): Amounts {
  return {
    cpuMilli: milli(cpu),
    memoryBytes: bytes(memory),
    ...(disk === undefined ? {} : { diskBytes: bytes(disk) }),
  };
}

function addressesOf({ addresses }: Node['status']): readonly string[] {
  return ADDRESS_TYPES.flatMap((wanted) =>
    addresses.filter(({ type }) => type === wanted).map(({ address }) => address),
  ).slice(0, MAX_ADDRESSES);
}

/** Without the time of the kubelet's last word, which changes all the time and says nothing. */
function condition(of: Node['status']['conditions'][number]): NodeReport['conditions'][number] {
  const lastTransitionAt = instant(of.lastTransitionTime);
  return {
    type: of.type,
    status: of.status,
    ...(of.reason ? { reason: of.reason } : {}),
    ...(of.message ? { message: of.message.slice(0, MAX_MESSAGE) } : {}),
    ...(lastTransitionAt === undefined ? {} : { lastTransitionAt }),
  };
}

function instant(text: string | null | undefined): string | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
