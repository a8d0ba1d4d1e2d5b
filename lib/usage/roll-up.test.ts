import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { aNodeReport, aReport, aSample, GIB, REPORTING, someAmounts } from '../../test/builders/reports.ts';
import type { EpochMs } from '../domain/time.ts';
import { COARSE, FINE, hasBlock, readBlocks } from './documents.ts';
import { readRange } from './range.ts';
import { recordReport } from './record.ts';
import { RollupMarks } from './roll-up.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MIDNIGHT = Date.UTC(2026, 10, 20);
const NAMES = Array.from(
  { length: 20 },
  (_, index) => `aks-work-12345678-vmss0000${String(index).padStart(2, '0')}`,
);
const NODES = NAMES.map((name) => aNodeReport(name));

let deps: TestDeps;
let rollups: RollupMarks;
beforeEach(() => {
  deps = someDeps();
  rollups = new RollupMarks();
});

/** As an agent does it: a sample a minute, sent together at the end. `load` in thousandths of a core. */
async function report(fromMs: EpochMs, load = (_seed: number) => 1_000): Promise<void> {
  const samples = Array.from({ length: 15 }, (_, minute) => {
    const atMs = fromMs + minute * MINUTE;
    return aSample(
      atMs,
      Object.fromEntries(NAMES.map((name, index) => [name, amounts(load(atMs * (index + 1)))])),
    );
  });
  deps.time.nowMs = fromMs + 15 * MINUTE;
  await recordReport({ store: deps.store, rollups }, aReport(samples, NODES));
}

const amounts = (cpuMilli: number) => someAmounts(cpuMilli, 2 * GIB + cpuMilli * 500_000);

/** Without any order that packing could use. */
function noise(seed: number): number {
  return 500 + (createHash('sha256').update(String(seed)).digest().readUInt16BE() % 1_000);
}

async function reportFor(fromMs: EpochMs, ms: number, load?: (seed: number) => number): Promise<void> {
  for (let atMs = fromMs; atMs < fromMs + ms; atMs += 15 * MINUTE) await report(atMs, load);
}

const fine = (atMs: EpochMs) => hasBlock(deps, REPORTING, FINE, atMs);
const coarse = (atMs: EpochMs) => hasBlock(deps, REPORTING, COARSE, atMs);

describe('coarser levels', () => {
  test('[A71] follow the first report of the next window, once', async () => {
    await reportFor(MIDNIGHT, 4 * HOUR);
    expect(await fine(MIDNIGHT)).toBe(false);
    await report(MIDNIGHT + 4 * HOUR);
    const [made] = await readBlocks(deps, REPORTING, FINE, { fromMs: MIDNIGHT, toMs: MIDNIGHT + 1 });
    expect(made?.block.points).toHaveLength(48);
    deps.store.resetRequestUnits();
    await report(MIDNIGHT + 4 * HOUR + 15 * MINUTE);
    expect(Object.keys(deps.store.requestUnits().by)).toEqual(['usage.create']);
  });

  test('another instance makes nothing twice', async () => {
    await reportFor(MIDNIGHT, 4 * HOUR + 15 * MINUTE);
    rollups = new RollupMarks();
    deps.store.resetRequestUnits();
    await report(MIDNIGHT + 4 * HOUR + 15 * MINUTE);
    expect(deps.store.requestUnits().by['usage.create']?.count).toBe(1);
  });

  test('a day becomes 24 averages', async () => {
    await reportFor(MIDNIGHT, DAY);
    expect(await coarse(MIDNIGHT)).toBe(false);
    await report(MIDNIGHT + DAY);
    const [made] = await readBlocks(deps, REPORTING, COARSE, { fromMs: MIDNIGHT, toMs: MIDNIGHT + 1 });
    expect(made?.block.points).toHaveLength(24);
  });

  test('an agent that was silent for a night leaves no hole behind', async () => {
    await reportFor(MIDNIGHT, 3 * HOUR);
    rollups = new RollupMarks();
    await report(MIDNIGHT + 15 * HOUR);
    expect(await fine(MIDNIGHT)).toBe(true);
    expect(await fine(MIDNIGHT + 8 * HOUR)).toBe(false);
    await report(MIDNIGHT + 2 * DAY);
    expect(await coarse(MIDNIGHT)).toBe(true);
  });

  test('samples of two windows in one report go to both', async () => {
    await report(MIDNIGHT + 4 * HOUR - 5 * MINUTE);
    const [made] = await readBlocks(deps, REPORTING, FINE, { fromMs: MIDNIGHT, toMs: MIDNIGHT + 1 });
    expect(made?.block.points).toHaveLength(1);
  });

  test('everything expires: raw after a day, fine after three, coarse after a month', async () => {
    await reportFor(MIDNIGHT, DAY + 15 * MINUTE);
    const held = async () => {
      const { items } = await deps.store.query({
        container: 'usage',
        partition: REPORTING,
        where: [],
        limit: 1_000,
      });
      return [...new Set(items.map(({ document }) => document.id.split('-')[0]))].sort();
    };
    expect(await held()).toEqual(['coarse', 'fine', 'raw']);
    deps.time.nowMs += 29 * HOUR;
    expect(await held()).toEqual(['coarse', 'fine']);
    deps.time.nowMs += 2 * DAY;
    expect(await held()).toEqual(['coarse']);
    deps.time.nowMs += 30 * DAY;
    expect(await held()).toEqual([]);
  });
});

describe('what it costs', () => {
  test('20 nodes, measured by the minute for a day, are 8 request units a report', async () => {
    await reportFor(MIDNIGHT, DAY, noise);
    deps.store.resetRequestUnits();
    await reportFor(MIDNIGHT + DAY, DAY, noise);
    const { requestUnits } = deps.store.requestUnits();
    expect(requestUnits / (24 * 4)).toBeLessThanOrEqual(8);
  });

  test('a look at a month costs little more than one at a day', async () => {
    await reportFor(MIDNIGHT, 2 * DAY + 30 * MINUTE, noise);
    const now = deps.time.nowMs;
    const costOf = async (ms: number, stepMs: number) => {
      deps.store.resetRequestUnits();
      await readRange(deps, REPORTING, { fromMs: now - ms, toMs: now, stepMs });
      return deps.store.requestUnits().requestUnits;
    };
    expect(await costOf(HOUR, MINUTE)).toBeLessThanOrEqual(15);
    expect(await costOf(2 * DAY, 5 * MINUTE)).toBeLessThanOrEqual(60);
    expect(await costOf(30 * DAY, HOUR)).toBeLessThanOrEqual(60);
  });
});

describe('a range', () => {
  test('[A76] goes on at a finer level where a coarser one ends, without a hole', async () => {
    await reportFor(MIDNIGHT, DAY + 6 * HOUR);
    const range = { fromMs: MIDNIGHT, toMs: deps.time.nowMs, stepMs: HOUR };
    const { points } = await readRange(deps, REPORTING, range);
    expect(points.map(({ atMs }) => (atMs - MIDNIGHT) / HOUR)).toEqual(
      Array.from({ length: 30 }, (_, hour) => hour),
    );
    expect(new Set(points.map(({ used }) => used[0]?.cpuMilli))).toEqual(new Set([1_000]));
  });

  test('holds what was measured within it, and nothing else', async () => {
    await reportFor(MIDNIGHT, 2 * HOUR);
    const range = { fromMs: MIDNIGHT + 20 * MINUTE, toMs: MIDNIGHT + 25 * MINUTE, stepMs: MINUTE };
    const { points } = await readRange(deps, REPORTING, range);
    expect(points.map(({ atMs }) => (atMs - MIDNIGHT) / MINUTE)).toEqual([20, 21, 22, 23, 24, 25]);
  });

  test('the same samples, sent again, count once', async () => {
    await report(MIDNIGHT);
    await report(MIDNIGHT);
    await report(MIDNIGHT + MINUTE);
    const range = { fromMs: MIDNIGHT, toMs: deps.time.nowMs, stepMs: MINUTE };
    expect((await readRange(deps, REPORTING, range)).points).toHaveLength(16);
  });
});
