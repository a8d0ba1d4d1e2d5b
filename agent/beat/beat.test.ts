/** One beat after the other, with looks and answers that a test makes up. */
import { expect, test } from '@jest/globals';
import type { Heartbeat, HeartbeatAnswer, NodeReport } from '../../lib/domain/agent.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { anAgentDefinition } from '../../test/builders/agent-definition.ts';
import { ManualTime } from '../../test/fakes/manual-time.ts';
import type { Observation } from '../collect/observer.ts';
import type { Answered, Refusal } from '../server/control-plane.ts';
import { beater } from './beat.ts';

const START = Date.parse('2026-11-20T18:00:00Z');
const LOG: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const NODE: NodeReport = {
  name: 'a',
  role: 'worker',
  capacity: { cpuMilli: 1_000, memoryBytes: 1_000 },
  requests: { cpuMilli: 0, memoryBytes: 0 },
  conditions: [],
};

function world() {
  const time = new ManualTime(START);
  const sent: Heartbeat[] = [];
  const refusals: (Refusal | undefined)[] = [];
  const seen: { cpuMilli: number | undefined; nodes: readonly NodeReport[] | undefined; full: boolean[] } = {
    cpuMilli: 100,
    nodes: [NODE],
    full: [],
  };
  let forgotten = 0;
  const answer = (): HeartbeatAnswer => ({
    serverTime: new Date(time.now()).toISOString(),
    beatAfterMs: 60_000,
    reportEveryMs: 900_000,
    revision: '1.0',
  });
  const beat = beater({
    server: {
      async heartbeat(body): Promise<Answered<HeartbeatAnswer>> {
        const refusal = refusals.shift();
        if (refusal !== undefined) return { kind: 'refused', refusal };
        sent.push(body);
        return { kind: 'ok', value: answer() };
      },
    },
    identity: { credential: async () => ({ kind: 'credential', credential: 'x' }), refused() {} },
    observer: {
      async observe({ full }): Promise<Observation> {
        seen.full.push(full);
        const { cpuMilli, nodes } = seen;
        const at = new Date(time.now()).toISOString();
        return {
          ...(nodes === undefined ? {} : { nodes }),
          ...(cpuMilli === undefined ? {} : { sample: { at, nodes: { a: { cpuMilli, memoryBytes: 1 } } } }),
        };
      },
    },
    clock: time,
    log: LOG,
    instance: 'one',
    carried: () => ({ observedGeneration: 1, definition: anAgentDefinition(), packs: [] }),
    answered() {},
    generationRefused() {
      forgotten += 1;
    },
  });
  return {
    sent,
    seen,
    refusals,
    time,
    forgotten: () => forgotten,
    async minutes(count: number): Promise<void> {
      for (let minute = 0; minute < count; minute++) {
        await beat();
        await time.advance(60_000);
      }
    },
  };
}
const samples = ({ samples: of }: Heartbeat) => of?.length ?? 0;

test('samples gather and are sent with the report', async () => {
  const { sent, seen, minutes } = world();
  await minutes(16);
  expect(sent.map(samples)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 15]);
  expect(seen.full.filter(Boolean)).toHaveLength(2);
});

test('[A72] a sample that crosses a threshold is sent at once with all before it, and so is the way back', async () => {
  const { sent, seen, minutes } = world();
  await minutes(3);
  seen.cpuMilli = 900;
  await minutes(2);
  seen.cpuMilli = 100;
  await minutes(2);
  expect(sent.map(samples)).toEqual([1, 0, 0, 3, 0, 2, 0]);
});

test('[A72] a sample that crosses a threshold is sent as soon as somebody takes it', async () => {
  const { sent, seen, refusals, minutes } = world();
  await minutes(3);
  seen.cpuMilli = 900;
  refusals.push({ status: 503, code: '', message: '' });
  await minutes(3);
  expect(sent.map(samples)).toEqual([1, 0, 0, 4, 0]);
});

test('nothing has crossed a threshold because the nodes cannot be seen', async () => {
  const { sent, seen, minutes } = world();
  seen.cpuMilli = 900;
  await minutes(2);
  seen.nodes = undefined;
  await minutes(1);
  seen.nodes = [NODE];
  await minutes(1);
  expect(sent.map(samples)).toEqual([1, 0, 0, 0]);
});

test('[A66] reports go on when the clock is put back', async () => {
  const { sent, time, minutes } = world();
  await minutes(1);
  time.setClock(START - 365 * 86_400_000);
  await minutes(15);
  expect(sent.map(samples)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 15]);
  await minutes(45);
  expect(sent.flatMap((beat, minute) => (beat.nodes === undefined ? [] : [minute]))).toEqual([0, 60]);
});

test('where nobody measures there are no samples, and pods are still counted only now and then', async () => {
  const { sent, seen, minutes } = world();
  seen.cpuMilli = undefined;
  await minutes(16);
  expect(sent.every((beat) => beat.samples === undefined)).toBe(true);
  expect(seen.full.filter(Boolean)).toHaveLength(2);
});

test('what was not acknowledged is sent again, under another number', async () => {
  const { sent, refusals, minutes } = world();
  refusals.push({ status: 503, code: '', message: '' }, { status: 0, code: '', message: '' });
  await minutes(3);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ seq: 3, nodes: [NODE] });
  expect(samples(sent[0] ?? { agentVersion: '', sentAt: '' })).toBe(3);
});

test('a list that cannot be seen now is not said to be empty', async () => {
  const { sent, seen, minutes } = world();
  await minutes(1);
  seen.nodes = undefined;
  await minutes(1);
  seen.nodes = [NODE];
  await minutes(1);
  expect(sent.map((beat) => beat.nodes)).toEqual([[NODE], undefined, undefined]);
});

test('all of it is said again after an hour', async () => {
  const { sent, minutes } = world();
  await minutes(61);
  expect(sent.flatMap((beat, minute) => (beat.nodes === undefined ? [] : [minute]))).toEqual([0, 60]);
});

test('bodies that are too large for somebody on the way become smaller', async () => {
  const { sent, seen, refusals, minutes } = world();
  seen.nodes = Array.from({ length: 1_000 }, (_, index) => ({ ...NODE, name: `node-${index}` }));
  refusals.push({ status: 413, code: '', message: '' });
  await minutes(3);
  expect(sent[0]).not.toHaveProperty('nodes');
  const report = sent.slice(1);
  expect(report.flatMap(({ nodes = [] }) => nodes)).toEqual(seen.nodes);
  const largest = Math.max(...report.map((beat) => JSON.stringify(beat).length));
  expect(largest).toBeLessThan(100 * 1024);
});

test('a generation that the control plane does not know is forgotten, and nothing else is lost', async () => {
  const { sent, refusals, forgotten, minutes } = world();
  refusals.push({ status: 422, code: 'OBSERVED_GENERATION_FROM_FUTURE', message: '' });
  await minutes(2);
  expect(forgotten()).toBe(1);
  expect(sent[0]).toMatchObject({ nodes: [NODE] });
});
