/** A cluster that is up, with its agent, the people who ask for operations, and the timer, at times that the test says. */
import { cancelBackup } from '../../functions/http/cancel-backup.ts';
import { cancelPatch } from '../../functions/http/cancel-patch.ts';
import { cancelScan } from '../../functions/http/cancel-scan.ts';
import { createBackup } from '../../functions/http/create-backup.ts';
import { createPatch } from '../../functions/http/create-patch.ts';
import { createScan } from '../../functions/http/create-scan.ts';
import { getBackup } from '../../functions/http/get-backup.ts';
import { getRestore } from '../../functions/http/get-restore.ts';
import { getScan } from '../../functions/http/get-scan.ts';
import { listBackups } from '../../functions/http/list-backups.ts';
import { listClusterEvents } from '../../functions/http/list-cluster-events.ts';
import { listPatches } from '../../functions/http/list-patches.ts';
import { listRestores } from '../../functions/http/list-restores.ts';
import { listScans } from '../../functions/http/list-scans.ts';
import { listSchedules } from '../../functions/http/list-schedules.ts';
import { patchCluster } from '../../functions/http/patch-cluster.ts';
import { receiveResult } from '../../functions/http/receive-result.ts';
import { restoreBackup } from '../../functions/http/restore-backup.ts';
import { reserveName } from '../../lib/clusters/directory.ts';
import { readCluster } from '../../lib/clusters/read.ts';
import type { DefinedOperation } from '../../lib/domain/agent.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { Schedules } from '../../lib/domain/schedules.ts';
import { MINUTE_MS, toEpochMs, toInstant } from '../../lib/domain/time.ts';
import { remindAfterPass } from '../../lib/operations/after-pass.ts';
import { pendingOperations } from '../../lib/operations/pending.ts';
import { runSchedules } from '../../lib/operations/run-schedules.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { anAgent } from './agents.ts';
import { aCluster, aSpec } from './cluster.ts';
import { type Received, send, sendTo, type TestApiDeps } from './http.ts';
import { aReadyProject, editor, viewer } from './project.ts';

const ROUTES = [
  cancelBackup,
  cancelPatch,
  cancelScan,
  createBackup,
  createPatch,
  createScan,
  getBackup,
  getRestore,
  getScan,
  listBackups,
  listClusterEvents,
  listPatches,
  listRestores,
  listScans,
  listSchedules,
  patchCluster,
  restoreBackup,
];
const CLUSTER = '/api/v1/projects/default/clusters/shop';

export interface OperationsWorld {
  readonly deps: TestApiDeps;
  readonly cluster: ClusterDocument;
  /** `path` below the cluster. As an editor unless others are named. */
  ask(method: string, path: string, body?: unknown, who?: object): Promise<Received>;
  /** The agent's word. */
  say(result: Readonly<Record<string, unknown>>): Promise<Received>;
  /** What the agent has to do. */
  pending(): Promise<readonly DefinedOperation[]>;
  /** The timer, at this time. */
  tick(at: string): Promise<void>;
  /** The timer every minute, from now on up to this time. */
  runUntil(at: string, stepMs?: number): Promise<void>;
  /** What a pass leaves that has seen this change of the cluster. */
  change(fields: Partial<ClusterDocument>): Promise<void>;
  /** `state id` of all of a kind, newest first. */
  states(path: string): Promise<readonly string[]>;
  reasons(): Promise<readonly string[]>;
}

/** Up since the noon of 2026-11-20, where it also is now. */
export async function operationsWorld(schedules?: Schedules): Promise<OperationsWorld> {
  const deps = await aReadyProject();
  const now = () => toInstant(deps.time.nowMs);
  const base = aCluster({ spec: aSpec(), provisionedAt: now(), observedGeneration: 1 });
  await reserveName(deps, base);
  await deps.store.create(clusterAddress(base.id), base);
  let agent = await anAgent(deps, { cluster: base.id });

  const ask: OperationsWorld['ask'] = (method, path, body, who = editor) =>
    sendTo(deps, ROUTES, method, {
      ...who,
      path: `${CLUSTER}${path}`,
      ...(body === undefined ? {} : { body }),
    });
  const itemsOf = async (path: string): Promise<readonly Record<string, string>[]> =>
    Object((await ask('GET', path, undefined, viewer)).body).items;
  const tick = async (at: string) => {
    deps.time.nowMs = toEpochMs(at);
    await runSchedules(deps);
  };
  const change: OperationsWorld['change'] = async (fields) => {
    const before = (await readCluster(deps, base.id)) ?? base;
    const after = { ...before, changedAt: now(), ...fields };
    await deps.store.upsert(clusterAddress(base.id), after);
    await remindAfterPass(deps, { ...before, observedGeneration: -1 }, after);
  };
  if (schedules) {
    await change({ spec: aSpec({ schedules }) });
    await tick(now());
  }
  return {
    deps,
    cluster: base,
    ask,
    async say(result) {
      if (agent.expiresAt <= now()) agent = await anAgent(deps, { cluster: base.id });
      return send(deps, receiveResult, { headers: agent.headers, body: { at: now(), ...result } });
    },
    pending: () => pendingOperations(deps, base.id),
    tick,
    async runUntil(at, stepMs = MINUTE_MS) {
      const end = toEpochMs(at);
      while (deps.time.nowMs < end) await tick(toInstant(Math.min(end, deps.time.nowMs + stepMs)));
    },
    change,
    states: async (path) => (await itemsOf(path)).map(({ state, id }) => `${state} ${id}`),
    reasons: async () => (await itemsOf('/events?limit=100')).map(({ reason = '' }) => reason),
  };
}
