import { describe, expect, test } from '@jest/globals';
import { aCluster, NOON_MS } from '../../test/builders/cluster.ts';
import { aRecord } from '../../test/builders/step-outcome.ts';
import { PassDeadlineError } from '../clouds/port.ts';
import type { ClusterDocument, JsonObject } from '../domain/cluster.ts';
import { fail, ok } from '../domain/errors.ts';
import { type Acted, type AnyStep, act, done, type Plan, wait } from '../domain/plan.ts';
import { stepGraph } from './graph.ts';
import { hashOf } from './hash.ts';
import { type GraphRun, runGraph } from './run-graph.ts';
import { viewOf } from './view.ts';

interface Script {
  readonly plan?: Plan<string>;
  /** Looks after the first. */
  readonly later?: Plan<string>;
  readonly after?: readonly string[];
  readonly lane?: string;
  readonly acted?: Partial<Acted>;
  readonly read?: AnyStep<unknown>['read'];
  readonly desired?: AnyStep<unknown>['desired'];
  readonly actFails?: Error;
  readonly lookFails?: Error;
  readonly refuses?: { readonly outcomeUnknown?: boolean };
}

/** Steps that note what they do, in order. */
function scripted(scripts: Readonly<Record<string, Script>>) {
  const log: string[] = [];
  const steps = Object.entries(scripts).map(([name, script]): AnyStep<unknown> => {
    let looks = 0;
    return {
      name,
      title: name,
      condition: 'CreatingInfrastructure',
      after: script.after ?? [],
      ...(script.lane === undefined ? {} : { lane: script.lane }),
      desired: script.desired ?? (() => ({ name })),
      async observe() {
        log.push(`look ${name}`);
        if (script.lookFails) throw script.lookFails;
        looks += 1;
        return ok(looks > 1 && script.later ? script.later : (script.plan ?? done('Right')));
      },
      plan: (_desired, plan) => plan,
      async act() {
        log.push(`act ${name}`);
        if (script.actFails) throw script.actFails;
        if (script.refuses)
          return fail({ code: 'Unknown', message: 'no', source: 'test', ...script.refuses });
        return ok({ event: `Acted on ${name}`, ...script.acted });
      },
      ...(script.read === undefined ? {} : { read: script.read }),
    };
  });
  return { log, steps };
}

function run(
  scripts: Readonly<Record<string, Script>>,
  more: Partial<GraphRun<unknown>> = {},
  document: ClusterDocument = aCluster(),
) {
  const { log, steps } = scripted(scripts);
  const learned = new Map<string, JsonObject>();
  const result = runGraph({
    graph: stepGraph(steps, false),
    ctx: {},
    learned,
    view: viewOf(document, learned),
    look: { nowMs: NOON_MS, full: false },
    concurrency: 4,
    claim: async () => ({ waitFor: new Map() }),
    ...more,
  });
  return { log, learned, result };
}

async function turns(result: ReturnType<typeof run>['result']) {
  const ran = await result;
  if (ran.kind !== 'ran') return ran.kind;
  return Object.fromEntries(
    ran.outcomes.map(({ step, turn }) => [
      step,
      'reason' in turn ? `${turn.kind} ${turn.reason}` : turn.kind,
    ]),
  );
}

const go = act('write', 'Writing');

describe('waves', () => {
  test('a step runs once what it comes after is done; the rest waits', async () => {
    const { log, result } = run({
      b: { after: ['a'], plan: wait(1, 'Coming') },
      a: {},
      c: { after: ['b'] },
    });
    expect(await turns(result)).toEqual({ b: 'waiting Coming', a: 'done Right', c: 'pending' });
    expect(log).toEqual(['look a', 'look b']);
  });

  test('what has no business with the cluster holds nobody up and is not told', async () => {
    const { log, result } = run({ a: { desired: () => undefined }, b: { after: ['a'] } });
    expect(await turns(result)).toEqual({ b: 'done Right' });
    expect(log).toEqual(['look b']);
  });

  test('later steps see what was learned', async () => {
    const seen: unknown[] = [];
    const { result } = run({
      a: { plan: go, later: done('There'), acted: { lookAfterMs: 0, outputs: { id: 'x' } } },
      b: {
        after: ['a'],
        desired(view) {
          seen.push(view.outputs('a'));
          return {};
        },
      },
    });
    expect(await turns(result)).toEqual({ a: 'done There', b: 'done Right' });
    expect(seen).toEqual([{ id: 'x' }]);
  });

  test('what is settled and not reached stays settled, what has no business stays untold', async () => {
    const settled = aRecord({ phase: 'done', reason: 'Installed', settledHash: hashOf({ name: 'b' }) });
    const scripts = {
      a: { plan: wait(1, 'Coming') },
      b: { after: ['a'] },
      c: { after: ['a'], desired: () => undefined },
    };
    const document = aCluster({ steps: { b: settled } });
    expect(await turns(run(scripts, {}, document).result)).toEqual({
      a: 'waiting Coming',
      b: 'done Installed',
    });
    const changed = aCluster({ steps: { b: { ...settled, settledHash: 'other' } } });
    expect(await turns(run(scripts, {}, changed).result)).toEqual({ a: 'waiting Coming', b: 'pending' });
  });

  test('what is settled is not looked at, unless everything is', async () => {
    const document = aCluster({
      steps: { a: aRecord({ phase: 'done', reason: 'Was', settledHash: hashOf({ name: 'a' }) }) },
    });
    const quick = run({ a: {} }, {}, document);
    expect(await quick.result).toMatchObject({ outcomes: [{ turn: { kind: 'done', skipped: true } }] });
    expect(quick.log).toEqual([]);
    const full = run({ a: {} }, { look: { nowMs: NOON_MS, full: true } }, document);
    expect(await full.result).toMatchObject({ outcomes: [{ turn: { kind: 'done', skipped: false } }] });
    expect(full.log).toEqual(['look a']);
  });

  test('an act that is complete at once is looked at again, once', async () => {
    const { log, result } = run({ a: { plan: go, acted: { lookAfterMs: 0 } } });
    const ran = await result;
    expect(log).toEqual(['look a', 'act a', 'look a', 'act a']);
    expect(ran).toMatchObject({
      kind: 'ran',
      outcomes: [{ turn: { kind: 'acted' }, did: { reason: 'Writing' } }],
    });
  });

  test('an act of the cloud is left alone for a quarter of a minute', async () => {
    const { log, result } = run({ a: { plan: go, acted: { node: 'n1' } } });
    expect(await result).toMatchObject({
      outcomes: [{ turn: { kind: 'acted', forMs: 15_000, event: 'Acted on a', node: 'n1' } }],
    });
    expect(log).toEqual(['look a', 'act a']);
  });

  test('what was read stays when acting is refused', async () => {
    const resources = [{ kind: 'k', id: 'i', name: 'n', role: 'r', origin: 'created', state: 's' }] as const;
    const read = () => ({ outputs: { id: 'x' }, resources });
    const ran = await run({ a: { plan: go, refuses: {}, read } }).result;
    expect(ran).toMatchObject({ outcomes: [{ turn: { kind: 'failed' }, outputs: { id: 'x' }, resources }] });
  });
});

describe('lanes', () => {
  test('of a lane one acts, in this pass and every wave of it; others only look', async () => {
    const { log, result } = run({
      a: { plan: go, lane: 'aks' },
      b: { plan: go, lane: 'aks' },
      c: { plan: go, lane: 'other' },
      d: { plan: go },
      e: { plan: go },
      f: {},
      g: { plan: go, lane: 'aks', after: ['f'] },
    });
    expect(await turns(result)).toEqual({
      a: 'acted Writing',
      b: 'waiting Writing',
      c: 'acted Writing',
      d: 'acted Writing',
      e: 'acted Writing',
      f: 'done Right',
      g: 'waiting Writing',
    });
    expect(log.filter((line) => line.startsWith('act'))).toEqual(['act a', 'act c', 'act d', 'act e']);
  });

  test('who only waits takes no turn of its lane', async () => {
    const { result } = run({ a: { plan: wait(1, 'Coming'), lane: 'aks' }, b: { plan: go, lane: 'aks' } });
    expect(await turns(result)).toEqual({ a: 'waiting Coming', b: 'acted Writing' });
  });
});

describe('claims: protocol rule 8', () => {
  const claims = act('write', 'Creating', { claim: 'vm0' });

  test('are committed before the acts, together, and only for creates that need one', async () => {
    const asked: (readonly string[])[] = [];
    const { log, result } = run(
      { a: { plan: claims }, b: { plan: claims }, c: { plan: go } },
      {
        async claim(keys) {
          asked.push(keys);
          log.push('claim');
          return { waitFor: new Map([['b#vm0', 90_000]]) };
        },
      },
    );
    expect(await result).toMatchObject({
      outcomes: [
        { step: 'a', turn: { kind: 'acted' }, closedIntents: ['a#vm0'] },
        {
          step: 'b',
          turn: { kind: 'waiting', reason: 'LookingForLostCreate', forMs: 90_000 },
          closedIntents: [],
        },
        { step: 'c', turn: { kind: 'acted' }, closedIntents: [] },
      ],
    });
    expect(asked).toEqual([['a#vm0', 'b#vm0']]);
    expect(log).toEqual(['look a', 'look b', 'look c', 'claim', 'act a', 'act c']);
  });

  test('nobody is asked when nothing needs one', async () => {
    const claim = () => Promise.reject(new Error('asked'));
    expect(await turns(run({ a: { plan: go } }, { claim }).result)).toEqual({ a: 'acted Writing' });
  });

  test('a document that moved on ends the pass before any act', async () => {
    const { log, result } = run({ a: { plan: claims }, b: { plan: go } }, { claim: async () => undefined });
    expect(await turns(result)).toBe('overtaken');
    expect(log).toEqual(['look a', 'look b']);
  });

  test.each([
    ['a definite refusal closes it', {}, ['a#vm0']],
    ['a lost answer leaves it open', { outcomeUnknown: true }, []],
  ])('%s', async (_what, refuses, closedIntents) => {
    expect(await run({ a: { plan: claims, refuses } }).result).toMatchObject({
      outcomes: [{ closedIntents }],
    });
  });

  test('a look that finds the resource closes it', async () => {
    const read = () => ({ found: ['vm0'] });
    expect(await run({ a: { read } }).result).toMatchObject({ outcomes: [{ closedIntents: ['a#vm0'] }] });
  });
});

describe('the end of the pass', () => {
  const late = new PassDeadlineError('late');

  test('a write after the deadline ends it once all that is under way is over', async () => {
    const { log, result } = run({ a: { plan: go, actFails: late }, b: { plan: go }, c: { after: ['a'] } });
    expect(await turns(result)).toBe('late');
    expect(log).toContain('act b');
  });

  test('so does one that a look met', async () => {
    const { log, result } = run({ a: { lookFails: late }, b: { plan: go } });
    expect(await turns(result)).toBe('late');
    expect(log).toEqual(['look a', 'look b']);
  });

  test('a bug is thrown, also beside a late write', async () => {
    const bug = new TypeError('a bug');
    await expect(run({ a: { lookFails: bug } }).result).rejects.toBe(bug);
    await expect(
      run({ a: { plan: go, actFails: late }, b: { plan: go, actFails: bug } }).result,
    ).rejects.toBe(bug);
  });
});
