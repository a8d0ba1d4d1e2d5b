import { describe, expect, test } from '@jest/globals';
import type { NodeReport, ReportedCondition } from '../../lib/domain/agent.ts';
import { aNode } from '../../test/builders/health.ts';
import { foldNodes, NO_TROUBLES, type NodesState, nextRipeMs, nodeReasons, ripen } from './conditions.ts';

const MINUTE = 60_000;
/** The time of the first report. */
const START = 1_000 * MINUTE;

function at(minute: number) {
  return { receivedAtMs: START + minute * MINUTE, sentAtMs: START + minute * MINUTE };
}

function made(minute: number): string {
  return new Date(START + minute * MINUTE).toISOString();
}

function codes(state: NodesState): readonly string[] {
  return nodeReasons(state).map(({ code, node }) => (node === undefined ? code : `${code} ${node}`));
}

/** The reports at these minutes, one after the other. */
function told(...reports: readonly (readonly [number, readonly NodeReport[]])[]): NodesState {
  return reports.reduce((state, [minute, nodes]) => foldNodes(state, nodes, at(minute)), NO_TROUBLES);
}

describe('[A70] what is bad about a condition', () => {
  test.each<[string, ReportedCondition['status'], number, string | undefined]>([
    ['Ready', 'True', 0, undefined],
    ['Ready', 'False', 9, undefined],
    ['Ready', 'False', 10, 'NODE_NOT_READY n1'],
    ['Ready', 'Unknown', 9, undefined],
    ['Ready', 'Unknown', 10, 'NODE_NOT_READY n1'],
    ['DiskPressure', 'True', 0, 'DISK_PRESSURE n1'],
    ['DiskPressure', 'False', 60, undefined],
    ['DiskPressure', 'Unknown', 60, undefined],
    ['MemoryPressure', 'True', 0, 'MEMORY_PRESSURE n1'],
    ['PIDPressure', 'True', 0, 'PID_PRESSURE n1'],
    ['NetworkUnavailable', 'True', 9, undefined],
    ['NetworkUnavailable', 'True', 10, 'NETWORK_UNAVAILABLE n1'],
    ['NetworkUnavailable', 'False', 60, undefined],
    ['KernelDeadlock', 'True', 0, 'NODE_CONDITION n1'],
    ['KernelDeadlock', 'False', 60, undefined],
    ['KernelDeadlock', 'Unknown', 60, undefined],
    ['constructor', 'True', 0, 'NODE_CONDITION n1'],
  ])('%s %s after %d min: %s', (type, status, minutes, code) => {
    const state = ripen(told([0, [aNode('n1', { [type]: status })]]), at(minutes).receivedAtMs);
    expect(codes(state)).toEqual(code === undefined ? [] : [code]);
  });
});

describe('graces', () => {
  const down = [aNode('n1', { Ready: 'Unknown' })];

  test('run from when we were first told, and end with a good report', () => {
    expect(nextRipeMs(told([0, down], [5, down]))).toBe(at(10).receivedAtMs);
    expect(nextRipeMs(told([0, down], [5, [aNode('n1')]]))).toBeUndefined();
    expect(nextRipeMs(told([0, down], [5, [aNode('n1')]], [8, down]))).toBe(at(18).receivedAtMs);
  });

  test('a change between two bad statuses is one trouble', () => {
    expect(nextRipeMs(told([0, down], [8, [aNode('n1', { Ready: 'False' })]]))).toBe(at(10).receivedAtMs);
  });

  test('a report confirms what it repeats', () => {
    expect(codes(told([0, down], [10, down]))).toEqual(['NODE_NOT_READY n1']);
  });

  test('nothing ripens beyond what was confirmed, and nothing becomes unripe', () => {
    const state = told([0, down]);
    expect(ripen(state, at(9).receivedAtMs)).toBe(state);
    const ripe = ripen(state, at(11).receivedAtMs);
    expect(codes(ripen(ripe, at(1).receivedAtMs))).toEqual(['NODE_NOT_READY n1']);
    expect(nextRipeMs(ripe)).toBeUndefined();
  });

  test('a node that goes takes its troubles along', () => {
    expect(
      codes(told([0, [aNode('n1', { DiskPressure: 'True' }), aNode('n2')]], [1, [aNode('n2')]])),
    ).toEqual([]);
  });
});

describe('a new node may take 30 minutes to be ready', () => {
  const starting = (createdAt: string) => aNode('n1', { Ready: 'False' }, { createdAt });

  test.each([
    ['made just now', 0, 30],
    ['made 20 min ago', -20, 10],
    ['made 29 min ago: the kubelet has its ten minutes', -29, 10],
    ['made long ago', -600, 10],
    ['made in the future, by its clock', 5, 30],
  ])('%s', (_what, createdMinute, dueMinute) => {
    expect(nextRipeMs(told([0, [starting(made(createdMinute))]]))).toBe(at(dueMinute).receivedAtMs);
  });

  test.each([
    ['DiskPressure', 0, 'DISK_PRESSURE n1'],
    ['KernelDeadlock', 0, 'NODE_CONDITION n1'],
    ['NetworkUnavailable', 10, 'NETWORK_UNAVAILABLE n1'],
  ])('but with %s for no longer than any other', (type, minute, code) => {
    const node = aNode('n1', { Ready: 'False', [type]: 'True' }, { createdAt: made(0) });
    expect(codes(ripen(told([0, [node]]), at(minute).receivedAtMs))).toEqual([code]);
  });

  test('unless it has been ready already', () => {
    const ready = aNode('n1', {}, { createdAt: made(0) });
    expect(nextRipeMs(told([2, [ready]], [5, [starting(made(0))]]))).toBe(at(15).receivedAtMs);
  });

  test('and its age is its own, whatever its clock says', () => {
    const hour = 60 * MINUTE;
    const skewed = { receivedAtMs: START, sentAtMs: START + hour };
    const node = aNode('n1', { Ready: 'False' }, { createdAt: new Date(START + hour).toISOString() });
    expect(nextRipeMs(foldNodes(NO_TROUBLES, [node], skewed))).toBe(START + 30 * MINUTE);
  });
});

test('of a problem that many nodes share twenty are named', () => {
  const nodes = Array.from({ length: 50 }, (_, index) =>
    aNode(`n${String(index).padStart(2, '0')}`, { DiskPressure: 'True' }),
  );
  const reasons = nodeReasons(told([0, nodes]));
  expect(reasons).toHaveLength(21);
  expect(reasons.at(-1)).toMatchObject({
    code: 'DISK_PRESSURE',
    message: expect.stringMatching(/^More nodes/),
  });
});

test('a report that repeats another leaves the same state', () => {
  const nodes = [
    aNode('n2', { DiskPressure: 'True' }),
    aNode('n1', { Ready: 'False' }, { createdAt: made(-1) }),
  ];
  expect(told([0, nodes], [3, [...nodes].reverse()])).toEqual(told([0, nodes]));
});
