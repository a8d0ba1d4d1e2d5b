/**
 * What the agent writes onto nodes while it patches them: all that a restart needs to go on is there, and nowhere else.
 */
import { z } from 'zod';
import { type KubeOutcome, listAll } from '../kube/client.ts';
import type { OperationDeps } from './step.ts';

/** Operation that has its hands on the node. */
const PATCHING = 'slipway.io/patching';
const PATCHING_SINCE = 'slipway.io/patching-since';
/** As it was before the patches: another one says that the node was booted since. */
const BOOT_ID = 'slipway.io/patching-boot-id';
/** It was cordoned by somebody else before, who will want it so afterwards. */
const WAS_CORDONED = 'slipway.io/patching-found-cordoned';
/** Operation that is done with the node. */
const PATCHED = 'slipway.io/patched-by';
/** Why that operation left it as it was. */
const SKIPPED = 'slipway.io/patching-skipped';

const Node = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.object({ unschedulable: z.boolean().nullish() }).catch({}),
  status: z
    .object({
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).catch([]),
      nodeInfo: z.object({ bootID: z.string().catch('') }).catch({ bootID: '' }),
    })
    .catch({ conditions: [], nodeInfo: { bootID: '' } }),
});

export interface PatchNode {
  readonly name: string;
  readonly isControlPlane: boolean;
  readonly isLinux: boolean;
  readonly isReady: boolean;
  readonly isCordoned: boolean;
  readonly bootId: string;
  /** An operation has begun with it and is not done. */
  readonly begun?: { readonly operation: string; readonly sinceMs: number; readonly bootId: string };
  /** Operation that is done with it. */
  readonly done?: string;
  /** Why it was left out, by that operation. */
  readonly skipped?: string;
  readonly foundCordoned: boolean;
}

/** By name; those of the control plane last. */
export async function patchNodes({ kube }: OperationDeps): Promise<KubeOutcome<readonly PatchNode[]>> {
  const listed = await listAll(kube, { path: '/api/v1/nodes', item: Node.transform(observed) });
  if (!listed.ok) return listed;
  const order = ({ isControlPlane, name }: PatchNode) => `${isControlPlane ? 1 : 0} ${name}`;
  return { ok: true, value: listed.value.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)) };
}

function observed({ metadata, spec, status }: z.output<typeof Node>): PatchNode {
  const [labels, marks] = [metadata.labels ?? {}, metadata.annotations ?? {}];
  const [operation, done, skipped] = [marks[PATCHING], marks[PATCHED], marks[SKIPPED]];
  const sinceMs = Date.parse(marks[PATCHING_SINCE] ?? '');
  return {
    name: metadata.name,
    isControlPlane: 'node-role.kubernetes.io/control-plane' in labels,
    isLinux: (labels['kubernetes.io/os'] ?? 'linux') === 'linux',
    isReady: status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    isCordoned: spec.unschedulable === true,
    bootId: status.nodeInfo.bootID,
    ...(operation === undefined
      ? {}
      : { begun: { operation, sinceMs: Number.isNaN(sinceMs) ? 0 : sinceMs, bootId: marks[BOOT_ID] ?? '' } }),
    ...(done === undefined ? {} : { done }),
    ...(skipped === undefined ? {} : { skipped }),
    foundCordoned: WAS_CORDONED in marks,
  };
}

/** Cordoned, and ours for now. */
export function begin(
  deps: OperationDeps,
  node: PatchNode,
  operation: string,
): Promise<KubeOutcome<unknown>> {
  const since = new Date(deps.clock.now()).toISOString();
  return write(deps, node.name, {
    metadata: {
      annotations: {
        [PATCHING]: operation,
        [PATCHING_SINCE]: since,
        [BOOT_ID]: node.bootId,
        [WAS_CORDONED]: node.isCordoned ? 'true' : null,
        [PATCHED]: null,
        [SKIPPED]: null,
      },
    },
    spec: { unschedulable: true },
  });
}

/** Schedulable again, unless somebody else had cordoned it. `skipped`: why nothing was done to it. */
export function release(
  deps: OperationDeps,
  node: PatchNode,
  operation: string,
  skipped?: string,
): Promise<KubeOutcome<unknown>> {
  const annotations = {
    [PATCHING]: null,
    [PATCHING_SINCE]: null,
    [BOOT_ID]: null,
    [WAS_CORDONED]: null,
    [PATCHED]: operation,
    [SKIPPED]: skipped ?? null,
  };
  return write(deps, node.name, {
    metadata: { annotations },
    ...(node.foundCordoned ? {} : { spec: { unschedulable: null } }),
  });
}

function write(
  { kube }: OperationDeps,
  name: string,
  body: Parameters<typeof kube.send>[0]['body'] & object,
) {
  return kube.send({
    method: 'PATCH',
    path: `/api/v1/nodes/${encodeURIComponent(name)}`,
    contentType: 'application/merge-patch+json',
    body,
    shape: z.unknown(),
  });
}
