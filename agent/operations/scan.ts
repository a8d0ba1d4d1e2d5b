/** A scan: its Jobs side by side, then their logs read into one result. */
import { z } from 'zod';
import type { ScanKind } from '../../lib/domain/agent.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { type KubeOutcome, listAll } from '../kube/client.ts';
import { createJob, type JobState, jobState, logOf, removeJobsOf } from './jobs.ts';
import { giveRights, takeRights } from './scan-rights.ts';
import { SCANS, type Scan, type ScanPod, type ScanTarget } from './scans.ts';
import { CANCELLED, failed, type OperationDeps, running, type Step, troubled } from './step.ts';

export interface ScanAsk {
  readonly operation: string;
  readonly scan: ScanKind;
  /** `v1.33.2`, `1.33.2` */
  readonly kubernetesVersion: string;
}

export async function lookAtScan(deps: OperationDeps, ask: ScanAsk): Promise<Step> {
  const scan = SCANS[ask.scan];
  const target = await targetOf(deps, ask);
  if (!target.ok) return troubled(target.error);
  const pods = scan.pods(target.value);
  const states: JobState[] = [];
  for (const pod of pods) {
    const state = await begun(deps, ask, scan, pod);
    if (!state.ok) return troubled(state.error);
    states.push(state.value);
  }
  const bad = states.find((state) => state.kind === 'failed');
  if (bad !== undefined) return ended(deps, ask, failed(bad.message));
  const done = states.filter(({ kind }) => kind === 'succeeded').length;
  if (done < pods.length) return running('The scan is running.', { done, total: pods.length });
  return readResult(deps, ask, scan, pods);
}

export async function cancelScan(deps: OperationDeps, ask: ScanAsk): Promise<Step> {
  const removed = await removeJobsOf(deps, (operation) => operation === ask.operation);
  return removed.ok ? ended(deps, ask, CANCELLED) : troubled(removed.error);
}

const jobName = ({ operation }: ScanAsk, part: string): string => `${operation}-${part}`.slice(0, 63);

async function begun(
  deps: OperationDeps,
  ask: ScanAsk,
  { deadlineSeconds, retries }: Scan,
  { part, pod, role }: ScanPod,
): Promise<KubeOutcome<JobState>> {
  const name = jobName(ask, part);
  const state = await jobState(deps, name);
  if (!state.ok || state.value.kind !== 'absent') return state;
  if (role !== undefined) {
    const given = await giveRights(deps, ask.operation, role);
    if (!given.ok) return given;
  }
  deps.log.info('Starting scan', { operation: ask.operation, job: name });
  const account = role === undefined ? {} : { serviceAccountName: ask.operation };
  const spec = { name, operation: ask.operation, deadlineSeconds, retries, pod: { ...pod, ...account } };
  const created = await createJob(deps, spec);
  return created.ok ? { ok: true, value: { kind: 'running' } } : created;
}

async function readResult(
  deps: OperationDeps,
  ask: ScanAsk,
  scan: Scan,
  pods: readonly ScanPod[],
): Promise<Step> {
  const logs = new Map<string, string>();
  for (const { part, container } of pods) {
    const log = await logOf(deps, jobName(ask, part), container);
    if (!log.ok) return troubled(log.error);
    logs.set(part, log.value);
  }
  const data: JsonObject | undefined = scan.read(logs);
  return ended(
    deps,
    ask,
    data === undefined ? failed('The output of the scan was not understood.') : { state: 'Succeeded', data },
  );
}

async function ended(deps: OperationDeps, ask: ScanAsk, step: Step): Promise<Step> {
  await takeRights(deps, ask.operation);
  return step;
}

const Node = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()).nullish() }) });

async function targetOf(
  deps: OperationDeps,
  { kubernetesVersion }: ScanAsk,
): Promise<KubeOutcome<ScanTarget>> {
  const nodes = await listAll(deps.kube, { path: '/api/v1/nodes', item: Node });
  if (!nodes.ok) return nodes;
  const hasControlPlane = nodes.value.some(
    ({ metadata }) => 'node-role.kubernetes.io/control-plane' in (metadata.labels ?? {}),
  );
  const minorVersion = /\d+\.\d+/.exec(kubernetesVersion)?.[0] ?? '';
  return { ok: true, value: { minorVersion, hasControlPlane } };
}
