/**
 * Nodes: what a cluster says of them, parsed into our words, cordon and uncordon. Draining is drain.ts. The recommended labels
 * are https://kubernetes.io/docs/reference/labels-annotations-taints/.
 */
import { z } from 'zod';
import { ok, type Result } from '../domain/errors.ts';
import type { Taint } from '../domain/pool.ts';
import { toEpochMs, toInstant } from '../domain/time.ts';
import type { KubeClient } from './client.ts';
import type { NodeCondition, WorkloadNode } from './port.ts';

const ZONE_LABEL = 'topology.kubernetes.io/zone';
/** Annotation that tells our cordon from one of the cluster's own people. */
const CORDON_MARK = 'slipway.io/cordoned';
/** `disabled`: the machine is not replaced for what its node reports. Others may set it, we never do. */
const REMEDIATION_ANNOTATION = 'slipway.io/remediation';
const INSTANCE_TYPE_LABEL = 'node.kubernetes.io/instance-type';
/** A condition's message is shown to people and stored; a server may send anything. */
const MAX_CONDITION_MESSAGE = 1_024;

const Instant = z.iso.datetime({ offset: true }).transform((text) => toInstant(toEpochMs(text)));

const Condition = z
  .object({
    type: z.string().max(316),
    status: z.enum(['True', 'False', 'Unknown']),
    reason: z.string().max(1_024).optional(),
    message: z
      .string()
      .transform((text) => text.slice(0, MAX_CONDITION_MESSAGE))
      .optional(),
    lastTransitionTime: Instant.nullish(),
  })
  .transform(
    ({ type, status, reason, message, lastTransitionTime }): NodeCondition => ({
      type,
      status,
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
      ...(lastTransitionTime ? { lastTransitionAt: lastTransitionTime } : {}),
    }),
  );

const NodeTaint = z
  .object({
    key: z.string(),
    value: z.string().optional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  })
  .transform(({ key, value, effect }): Taint => ({ key, effect, ...(value ? { value } : {}) }));

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ */
/** A bare number is the fault domain of a machine in no zone: what Azure's cloud provider writes there. */
function zoneOf(label: string | undefined): string | undefined {
  return label === undefined || /^\d+$/.test(label) ? undefined : label;
}

export const Node = z
  .object({
    metadata: z.object({
      name: z.string().min(1).max(253),
      labels: z.record(z.string(), z.string()).default({}),
      annotations: z.record(z.string(), z.string()).default({}),
      creationTimestamp: Instant,
    }),
    spec: z
      .object({
        providerID: z.string().optional(),
        unschedulable: z.boolean().default(false),
        taints: z.array(NodeTaint).default([]),
      })
      .default({ unschedulable: false, taints: [] }),
    status: z
      .object({
        conditions: z.array(Condition).default([]),
        nodeInfo: z.object({ kubeletVersion: z.string() }).default({ kubeletVersion: '' }),
      })
      .default({ conditions: [], nodeInfo: { kubeletVersion: '' } }),
  })
  .transform(({ metadata, spec, status }): WorkloadNode => {
    const zone = zoneOf(metadata.labels[ZONE_LABEL]);
    const instanceType = metadata.labels[INSTANCE_TYPE_LABEL];
    return {
      name: metadata.name,
      labels: metadata.labels,
      taints: spec.taints,
      ready: status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
      unschedulable: spec.unschedulable,
      ...(spec.unschedulable && CORDON_MARK in metadata.annotations ? { cordonedByUs: true } : {}),
      ...(metadata.annotations[REMEDIATION_ANNOTATION] === 'disabled' ? { leftAlone: true } : {}),
      kubeletVersion: status.nodeInfo.kubeletVersion,
      createdAt: metadata.creationTimestamp,
      conditions: status.conditions,
      ...(spec.providerID ? { providerId: spec.providerID } : {}),
      ...(zone ? { zone } : {}),
      ...(instanceType ? { instanceType } : {}),
    };
  });

export async function listNodes(client: KubeClient): Promise<Result<readonly WorkloadNode[]>> {
  return await client.list({ operation: 'nodes.list', path: '/api/v1/nodes', item: Node });
}

export function cordon(client: KubeClient, node: string): Promise<Result<void>> {
  const body = { metadata: { annotations: { [CORDON_MARK]: 'true' } }, spec: { unschedulable: true } };
  return patchNode(client, node, { operation: 'nodes.cordon', body });
}

export function uncordon(client: KubeClient, node: string): Promise<Result<void>> {
  const body = { metadata: { annotations: { [CORDON_MARK]: null } }, spec: { unschedulable: null } };
  return patchNode(client, node, { operation: 'nodes.uncordon', body });
}

async function patchNode(
  client: KubeClient,
  node: string,
  change: { readonly operation: string; readonly body: unknown },
): Promise<Result<void>> {
  const answer = await client.send({
    ...change,
    method: 'PATCH',
    path: `/api/v1/nodes/${encodeURIComponent(node)}`,
    contentType: 'application/merge-patch+json',
    shape: z.unknown(),
  });
  // A node that is gone takes no pods either.
  return answer.ok || answer.error.code === 'NotFound' ? ok(undefined) : answer;
}
