/**
 * Histories of two clusters whose agents enrol, race, lose answers, renew, come too late and show each other's tokens,
 * against a model of a few lines. After every event each credential that was ever given out is tried.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aToken, enrolWith, issuedToken } from '../../test/builders/agents.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { asClusterId } from '../domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { authenticateAgent } from './authenticate.ts';
import { type Enrolment, renew } from './enrol.ts';

const UIDS = ['11111111-2222-4333-8444-555555555555', '99999999-2222-4333-8444-555555555555'].map(
  asClusterId,
);
const HISTORIES = 60;

interface Token {
  readonly text: string;
  readonly expiresAtMs: number;
  used?: { readonly nonce: string; readonly atMs: number; readonly credential: string };
}

interface Given {
  readonly text: string;
  readonly epoch: number;
  readonly expiresAtMs: number;
}

/** What ought to be so of one cluster. */
interface Model {
  /** All there ever were; only the last one counts. */
  readonly tokens: Token[];
  readonly given: Given[];
  epoch: number;
  untilMs: number;
  wantsToken: boolean;
}

const who = fc.nat({ max: 1 });
const pick = fc.nat({ max: 3 });
const nonce = fc.constantFrom('n1', 'n2', 'n3').map((name) => `a nonce of 128 bits and more: ${name}`);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('issue' as const), who }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('use' as const), who, pick, nonce }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('race' as const), who, size: fc.integer({ min: 2, max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), who, nonce }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cross' as const), who, nonce }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('renew' as const), who, pick }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(
        1,
        MINUTE_MS,
        10 * MINUTE_MS,
        31 * MINUTE_MS,
        5 * HOUR_MS,
        12 * HOUR_MS,
        24 * HOUR_MS,
      ),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

test('whatever happens, a credential counts exactly when the model says, and two of a cluster at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const world = await newWorld();
      for (const each of steps) {
        await run(world, each);
        await judge(world);
      }
    }),
    { numRuns: HISTORIES, seed: 20261120 },
  );
}, 60_000);

interface World {
  readonly deps: TestDeps;
  readonly models: readonly Model[];
}

async function newWorld(): Promise<World> {
  const deps = someDeps();
  const models = UIDS.map((): Model => ({ tokens: [], given: [], epoch: 0, untilMs: 0, wantsToken: false }));
  for (const cluster of UIDS) await aToken(deps, { cluster });
  const world = { deps, models };
  for (const index of UIDS.keys()) await issue(world, index);
  return world;
}

function of<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`Nothing at ${index}`);
  return item;
}

async function run(world: World, event: Step): Promise<void> {
  const { deps, models } = world;
  switch (event.kind) {
    case 'pass':
      deps.time.nowMs += event.ms;
      return;
    case 'issue':
      return issue(world, event.who);
    case 'use': {
      const { tokens } = of(models, event.who);
      return use(world, event.who, of(tokens, Math.max(0, tokens.length - 1 - event.pick)), event.nonce);
    }
    case 'lose': {
      // The answer is lost: the agent asks again, with the nonce that it kept.
      const token = of(of(models, event.who).tokens, of(models, event.who).tokens.length - 1);
      await use(world, event.who, token, event.nonce);
      return use(world, event.who, token, event.nonce);
    }
    case 'cross':
      return cross(world, event.who, event.nonce);
    case 'race':
      return race(world, event.who, event.size);
    case 'renew':
      return renewOne(world, event.who, event.pick);
  }
}

/** As the install step does: only when nobody could enrol with what there is. */
async function issue({ deps, models }: World, index: number): Promise<void> {
  const model = of(models, index);
  const nowMs = deps.time.nowMs;
  const text = await issuedToken(deps, of(UIDS, index));
  const last = model.tokens.at(-1);
  const isNeeded = (nowMs >= model.untilMs || model.wantsToken) && !isFresh(last, nowMs);
  if (last !== undefined) expect(text !== last.text).toBe(isNeeded);
  if (text === last?.text) return;
  model.tokens.push({ text, expiresAtMs: nowMs + HOUR_MS });
  model.wantsToken = false;
}

const isFresh = (token: Token | undefined, nowMs: number): boolean =>
  token !== undefined && token.used === undefined && nowMs < token.expiresAtMs - 30 * MINUTE_MS;

async function use(world: World, index: number, token: Token, nonce: string): Promise<void> {
  const model = of(world.models, index);
  const nowMs = world.deps.time.nowMs;
  const enrolment = await enrolWith(world.deps, token.text, { cluster: of(UIDS, index), nonce });
  if (token !== model.tokens.at(-1)) return expect(enrolment.kind).toBe('refused') as undefined;
  if (token.used === undefined && nowMs < token.expiresAtMs)
    return won(world, index, token, nonce, enrolment);
  const { used } = token;
  if (used?.nonce === nonce && nowMs - used.atMs < 10 * MINUTE_MS) {
    expect(textOf(enrolment)).toBe(used.credential);
    return;
  }
  expect(enrolment.kind).toBe('refused');
  model.wantsToken = true;
}

function won(
  { deps, models }: World,
  index: number,
  token: Token,
  nonce: string,
  enrolment: Enrolment,
): void {
  const model = of(models, index);
  model.epoch += 1;
  model.untilMs = deps.time.nowMs + 24 * HOUR_MS;
  const text = textOf(enrolment);
  expect(text).not.toBe('refused');
  token.used = { nonce, atMs: deps.time.nowMs, credential: text };
  model.given.push({ text, epoch: model.epoch, expiresAtMs: model.untilMs });
}

/** The token of the other cluster: refused, and no reason to give anybody anything. */
async function cross({ deps, models }: World, index: number, nonce: string): Promise<void> {
  const foreign = of(of(models, 1 - index).tokens, of(models, 1 - index).tokens.length - 1);
  expect((await enrolWith(deps, foreign.text, { cluster: of(UIDS, index), nonce })).kind).toBe('refused');
}

async function race(world: World, index: number, size: number): Promise<void> {
  const { deps, models } = world;
  const model = of(models, index);
  const token = of(model.tokens, model.tokens.length - 1);
  const nonces = Array.from({ length: size }, (_, racer) => `a nonce of 128 bits and more: racer ${racer}`);
  const wasFree = token.used === undefined && deps.time.nowMs < token.expiresAtMs;
  const again = nonces.findIndex(
    (each) => each === token.used?.nonce && deps.time.nowMs - token.used.atMs < 10 * MINUTE_MS,
  );
  const enrolments = await Promise.all(
    nonces.map((each) => enrolWith(deps, token.text, { cluster: of(UIDS, index), nonce: each })),
  );
  const winners = [...enrolments.keys()].filter((racer) => enrolments[racer]?.kind === 'enrolled');
  expect(winners).toHaveLength(wasFree || again >= 0 ? 1 : 0);
  const [winner] = winners;
  if (wasFree && winner !== undefined) {
    won(world, index, token, of(nonces, winner), of(enrolments, winner));
  }
  model.wantsToken = true;
}

async function renewOne({ deps, models }: World, index: number, pick: number): Promise<void> {
  const model = of(models, index);
  const given = model.given[Math.max(0, model.given.length - 1 - pick)];
  if (given === undefined) return;
  const checked = await authenticateAgent(deps, `Bearer ${given.text}`);
  if (checked.kind !== 'agent') return;
  const text = textOf(await renew(deps, checked.agent));
  const isDue = given.expiresAtMs - deps.time.nowMs <= 12 * HOUR_MS;
  const expiresAtMs = given.expiresAtMs + (isDue ? 12 * HOUR_MS : 0);
  const known = model.given.find((each) => each.epoch === given.epoch && each.expiresAtMs === expiresAtMs);
  if (known === undefined) model.given.push({ text, epoch: given.epoch, expiresAtMs });
  else expect(text).toBe(known.text);
  model.untilMs = Math.max(model.untilMs, expiresAtMs);
}

async function judge({ deps, models }: World): Promise<void> {
  for (const [index, model] of models.entries()) {
    let valid = 0;
    for (const { text, epoch, expiresAtMs } of model.given) {
      const checked = await authenticateAgent(deps, `Bearer ${text}`);
      const isGood = epoch === model.epoch && deps.time.nowMs < expiresAtMs;
      expect(checked.kind).toBe(isGood ? 'agent' : 'unauthenticated');
      if (checked.kind === 'agent') expect(checked.agent.cluster).toBe(UIDS[index]);
      if (isGood) valid += 1;
    }
    expect(valid).toBeLessThanOrEqual(2);
  }
}

const textOf = (enrolment: Enrolment): string =>
  enrolment.kind === 'enrolled' ? enrolment.answer.credential : enrolment.kind;
