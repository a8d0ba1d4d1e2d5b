import { expect, test } from '@jest/globals';
import { someDeps } from '../../test/builders/deps.ts';
import { REPORTING } from '../../test/builders/reports.ts';
import { changeAgentState, overlaid } from '../agents/agent-state.ts';
import type { BackupLocationReport } from '../domain/agent.ts';
import { MINUTE_MS, toInstant } from '../domain/time.ts';
import { type HealthDocument, unheardHealth } from '../health/document.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { backupPlaces } from './backup-places.ts';
import { NO_OPERATIONS } from './document.ts';

type HeartbeatStatus = 'Healthy' | 'Unhealthy';

function aWorld() {
  const deps = someDeps();
  return {
    async report(backupLocations?: readonly BackupLocationReport[]): Promise<void> {
      const at = toInstant(deps.time.nowMs);
      const beat = { agentVersion: '1.0.0', sentAt: at, ...(backupLocations && { backupLocations }) };
      await changeAgentState(deps, REPORTING, async (before) =>
        overlaid(before, beat, { at, clockIsOff: false }),
      );
    },
    async hear(status: HeartbeatStatus): Promise<void> {
      const { health, ...rest } = unheardHealth(deps.time.nowMs);
      const heartbeat = { ...health.factors.heartbeat, status };
      const factors = { ...health.factors, heartbeat };
      const document: HealthDocument = { ...rest, health: { ...health, factors } };
      await deps.store.upsert(clusterAddress(REPORTING), document);
    },
    /** `toldAgoMs`: a backup ended as long ago, and said that there is `old`. */
    places(toldAgoMs?: number) {
      const nowMs = deps.time.nowMs;
      const told = { names: ['old'], at: toInstant(nowMs - (toldAgoMs ?? 0)) };
      const operations =
        toldAgoMs === undefined ? NO_OPERATIONS : { ...NO_OPERATIONS, backupLocations: told };
      return backupPlaces(deps, { cluster: REPORTING, operations, nowMs });
    },
  };
}

const NEW: readonly BackupLocationReport[] = [{ name: 'new', phase: 'Available' }];

test('[A99] an agent that is heard of says which places there are', async () => {
  const { report, hear, places } = aWorld();
  await report(NEW);
  await hear('Healthy');
  expect(await places()).toEqual(NEW);
  expect(await places(MINUTE_MS)).toEqual(NEW);
  await report([]);
  expect(await places(MINUTE_MS)).toEqual([]);
});

test('[A99] what an agent said that fell silent is no reason to refuse a place', async () => {
  const { report, hear, places } = aWorld();
  await report(NEW);
  expect(await places()).toBeUndefined();
  await hear('Unhealthy');
  expect(await places()).toBeUndefined();
});

test('[A99] of an older agent the last backup is believed for an hour', async () => {
  const { report, hear, places } = aWorld();
  await report();
  await hear('Healthy');
  expect(await places()).toBeUndefined();
  expect(await places(59 * MINUTE_MS)).toEqual([{ name: 'old' }]);
  expect(await places(60 * MINUTE_MS)).toBeUndefined();
});
