import { describe, expect, test } from '@jest/globals';
import { aNode } from '../../test/builders/health.ts';
import { foldNodes, NO_TROUBLES } from './conditions.ts';
import { type Evidence, evaluate, type HeartbeatState } from './evaluate.ts';
import { NO_SAMPLES } from './metrics.ts';
import { heartbeatMissing, heartbeatNever, massSilence } from './reasons.ts';

const NOON = '2026-11-20T12:00:00.000Z';
const LATER = '2026-11-20T12:05:00.000Z';
const SEEN = '2026-11-20T11:50:00.000Z';
const AT = { receivedAtMs: 1_000_000, sentAtMs: 1_000_000 };

const HEARTBEATS: Readonly<Record<string, HeartbeatState>> = {
  awaited: { status: 'awaited' },
  heard: { status: 'heard' },
  never: { status: 'silent', reason: heartbeatNever(NOON) },
  missing: { status: 'silent', reason: heartbeatMissing(NOON, SEEN) },
  mass: { status: 'silent', reason: massSilence(NOON, SEEN) },
};
const NODES = {
  none: {},
  good: { nodes: foldNodes(NO_TROUBLES, [aNode('n1')], AT) },
  bad: { nodes: foldNodes(NO_TROUBLES, [aNode('n1', { DiskPressure: 'True' })], AT) },
} as const;
const METRICS = {
  none: {},
  good: { metrics: { ...NO_SAMPLES, untilMs: 1 } },
  bad: {
    metrics: {
      untilMs: 1,
      streaks: { cpu: { n1: { phase: 'breached', sinceMs: 1_000_000 } }, memory: {}, disk: {} },
    },
  },
} as const;

function evidence(heartbeat: string, nodes: keyof typeof NODES, metrics: keyof typeof METRICS): Evidence {
  const state = HEARTBEATS[heartbeat];
  if (!state) throw new Error(`No heartbeat ${heartbeat}`);
  return { heartbeat: state, ...NODES[nodes], ...METRICS[metrics] };
}

describe('[A65] one verdict over three factors', () => {
  test.each([
    ['awaited', 'none', 'none', 'Unknown'],
    ['awaited', 'good', 'good', 'Unknown'],
    ['awaited', 'bad', 'good', 'Unknown'],
    ['never', 'none', 'none', 'Unhealthy'],
    ['missing', 'good', 'good', 'Unhealthy'],
    ['missing', 'bad', 'bad', 'Unhealthy'],
    ['missing', 'none', 'none', 'Unhealthy'],
    ['mass', 'good', 'good', 'Unknown'],
    ['mass', 'bad', 'good', 'Unknown'],
    ['mass', 'good', 'bad', 'Unknown'],
    ['heard', 'none', 'none', 'Unknown'],
    ['heard', 'none', 'good', 'Unknown'],
    ['heard', 'none', 'bad', 'Unhealthy'],
    ['heard', 'good', 'none', 'Healthy'],
    ['heard', 'good', 'good', 'Healthy'],
    ['heard', 'good', 'bad', 'Unhealthy'],
    ['heard', 'bad', 'none', 'Unhealthy'],
    ['heard', 'bad', 'good', 'Unhealthy'],
    ['heard', 'bad', 'bad', 'Unhealthy'],
  ] as const)('heartbeat %s, nodes %s, metrics %s: %s', (heartbeat, nodes, metrics, status) => {
    expect(evaluate(evidence(heartbeat, nodes, metrics), undefined, NOON).status).toBe(status);
  });

  test('each factor has a verdict of its own, and reasons are named by factor', () => {
    const health = evaluate(evidence('missing', 'bad', 'bad'), undefined, NOON);
    expect(health.factors).toEqual({
      heartbeat: { status: 'Unhealthy', since: NOON },
      nodeConditions: { status: 'Unhealthy', since: NOON },
      metrics: { status: 'Unhealthy', since: NOON },
    });
    expect(health.reasons.map(({ factor, code, node }) => [factor, code, node])).toEqual([
      ['heartbeat', 'HEARTBEAT_MISSING', undefined],
      ['nodeConditions', 'DISK_PRESSURE', 'n1'],
      ['metrics', 'CPU_HIGH', 'n1'],
    ]);
  });

  test.each([
    ['awaited', 'none', ['HEARTBEAT_AWAITED']],
    ['heard', 'none', ['NODES_UNREPORTED']],
    ['heard', 'good', []],
  ] as const)('heartbeat %s, nodes %s: what is not known says why', (heartbeat, nodes, codes) => {
    const { reasons } = evaluate(evidence(heartbeat, nodes, 'none'), undefined, NOON);
    expect(reasons.map(({ code }) => code)).toEqual(codes);
  });
});

test('[A67] a silence says when it began and what is usually behind it', () => {
  const { reasons } = evaluate(evidence('missing', 'good', 'good'), undefined, NOON);
  expect(reasons[0]?.message).toContain(SEEN);
  expect(reasons[0]?.message).toMatch(/machines are down.*network.*agent was stopped/);
});

describe('times are those of the last change', () => {
  const before = evaluate(evidence('awaited', 'none', 'none'), undefined, NOON);

  test('nothing new: the very same health', () => {
    expect(evaluate(evidence('awaited', 'none', 'none'), before, LATER)).toBe(before);
  });

  test('a factor that changed has a new time, the others keep theirs', () => {
    const after = evaluate(evidence('heard', 'good', 'none'), before, LATER);
    expect(after).toMatchObject({
      status: 'Healthy',
      since: LATER,
      factors: { heartbeat: { since: LATER }, metrics: { status: 'Unknown', since: NOON } },
    });
  });

  test('another reason for the same verdict leaves the time of the verdict', () => {
    const bad = evaluate(evidence('heard', 'bad', 'good'), before, NOON);
    const worse = evaluate(evidence('heard', 'bad', 'bad'), bad, LATER);
    expect(worse).toMatchObject({ status: 'Unhealthy', since: NOON });
    expect(worse.reasons).toHaveLength(2);
  });
});
