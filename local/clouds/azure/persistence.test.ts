import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { virtualClock } from '../kit/clock.ts';
import { sqliteRecords } from '../kit/records.ts';
import { aCluster, azureHarness, clusterPath, MINUTE, START } from './harness.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'simulated-azure-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a cluster that was being created when the process died is there when it comes back, and goes on', () => {
  const file = path.join(folder, 'azure.sqlite');
  const clock = virtualClock(START);
  const before = azureHarness({ records: sqliteRecords(file), clock });
  before.put(clusterPath('c1'), aCluster());
  before.simulator.addFault({ fault: 'quota', name: 'cores', limit: 6 });
  const inventory = JSON.stringify(before.simulator.inventory());

  // Nothing is closed: the second one opens the file that a killed process would leave.
  const after = azureHarness({ records: sqliteRecords(file), clock });
  expect(JSON.stringify(after.simulator.inventory())).toBe(inventory);
  expect(after.get(clusterPath('c1')).body.properties.provisioningState).toBe('Creating');
  expect(after.put(clusterPath('c2'), aCluster()).body.code).toBe('ErrCode_InsufficientVCPUQuota');
  clock.advance(10 * MINUTE);
  expect(after.get(clusterPath('c1')).body.properties.provisioningState).toBe('Succeeded');
  expect(after.simulator.machines(clusterPath('c1')).map(({ state }) => state)).toEqual([
    'Running',
    'Running',
    'Running',
  ]);
});
