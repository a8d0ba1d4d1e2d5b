import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { someDeps } from '../../test/builders/deps.ts';
import { aNodeReport, REPORTING } from '../../test/builders/reports.ts';
import type { NodeReport } from '../domain/agent.ts';
import { MINUTE_MS, toInstant } from '../domain/time.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { changeAgentState, overlaid, readAgentState } from './agent-state.ts';

function aWorld() {
  const deps = someDeps();
  const report = (nodes: readonly NodeReport[], agoMs = 0) =>
    changeAgentState(deps, REPORTING, async (before) => {
      const at = toInstant(deps.time.nowMs - agoMs);
      return overlaid(before, { agentVersion: '1.0.0', sentAt: at, nodes }, { at, clockIsOff: false });
    });
  const names = async () => (await readAgentState(deps, REPORTING))?.nodes.map(({ name }) => name);
  return { deps, report, names };
}

test('twenty nodes with their conditions are a small document', async () => {
  const { deps, report } = aWorld();
  const message = 'kubelet has sufficient memory available and no pressure at all';
  const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready', 'NetworkUnavailable'].map(
    (type) => ({
      type,
      status: 'False' as const,
      message,
    }),
  );
  const nodes = Array.from({ length: 20 }, (_, index) => aNodeReport(`node-${index}`, { conditions }));
  await report(nodes);
  expect((await readAgentState(deps, REPORTING))?.nodes).toEqual(nodes);
  deps.store.resetRequestUnits();
  await readAgentState(deps, REPORTING);
  expect(deps.store.requestUnits().requestUnits).toBeLessThan(1.1);
});

test('a report that was held up on its way does not undo a newer one', async () => {
  const { report, names } = aWorld();
  await report([aNodeReport('new')]);
  expect(await report([aNodeReport('old')], MINUTE_MS)).toMatchObject({ nodes: [{ name: 'new' }] });
  expect(await names()).toEqual(['new']);
});

test('what was reported before our clock was put back is no newer than what comes after', async () => {
  const { deps, report, names } = aWorld();
  await report([aNodeReport('before')]);
  deps.time.nowMs -= 60 * MINUTE_MS;
  await report([aNodeReport('after')]);
  expect(await names()).toEqual(['after']);
});

test('of two at once neither loses what only it said', async () => {
  const { deps, names } = aWorld();
  const at = toInstant(deps.time.nowMs);
  const say = (fields: object) =>
    changeAgentState(deps, REPORTING, async (before) =>
      overlaid(before, { agentVersion: '1.0.0', sentAt: at, ...fields }, { at, clockIsOff: false }),
    );
  await Promise.all([
    say({ nodes: [aNodeReport('a')] }),
    say({ packs: [{ name: 'prometheus', version: '1.0.0', state: 'Ready' }] }),
  ]);
  expect(await names()).toEqual(['a']);
  expect(await readAgentState(deps, REPORTING)).toMatchObject({ packs: [{ name: 'prometheus' }] });
});

test('who loses every race says so', async () => {
  const { deps, report } = aWorld();
  deps.store.create = async () => ({ kind: 'stale' });
  await expect(report([])).rejects.toBeInstanceOf(StoreUnavailableError);
});

test('more than any cluster can be is not written', async () => {
  const { report, names } = aWorld();
  await report([aNodeReport('a')]);
  const message = () => randomBytes(1_500).toString('base64');
  const conditions = () => [{ type: 'Ready', status: 'True' as const, message: message() }];
  const nodes = Array.from({ length: 1_000 }, (_, index) =>
    aNodeReport(`n-${index}`, { conditions: conditions() }),
  );
  expect(await report(nodes)).toBe('too-large');
  expect(await names()).toEqual(['a']);
});

test('[A99] places for backups stay as they were said, until an agent speaks that may be too old to say them', () => {
  const at = '2026-11-20T12:00:00.000Z';
  const beat = (agentVersion: string, more: object = {}) => ({ agentVersion, sentAt: at, ...more });
  const said = overlaid(undefined, beat('1.1.0', { backupLocations: [{ name: 'default' }] }), {
    at,
    clockIsOff: false,
  });
  const after = (next: ReturnType<typeof beat>) =>
    overlaid(said, next, { at, clockIsOff: false }).backupLocations;
  expect(after(beat('1.1.0'))).toEqual([{ name: 'default' }]);
  expect(after(beat('1.1.0', { backupLocations: [] }))).toEqual([]);
  expect(after(beat('1.0.0'))).toBeUndefined();
});
