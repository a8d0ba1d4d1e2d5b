import { beforeEach, describe, expect, test } from '@jest/globals';
import { AGENT_CLUSTER, aToken, enrolWith, issuedToken, NONCE } from '../../test/builders/agents.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { asClusterId } from '../domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { type DocumentStore, StoreUnavailableError } from '../store/port.ts';
import { authenticateAgent } from './authenticate.ts';
import { needsToken } from './bootstrap.ts';
import { type Enrolment, renew } from './enrol.ts';
import { readEnrolment } from './enrolment.ts';
import { removeRosterEntry } from './roster.ts';

const OTHER = asClusterId('99999999-2222-4333-8444-555555555555');
let deps: TestDeps;
let token: string;
beforeEach(async () => {
  deps = someDeps();
  token = await aToken(deps);
});

const credentialOf = (enrolment: Enrolment) =>
  enrolment.kind === 'enrolled' ? enrolment.answer.credential : enrolment.kind;
const check = async (credential: string) => {
  // Past the seconds for which the roster is remembered.
  deps.time.nowMs += 5_000;
  return authenticateAgent(deps, `Bearer ${credential}`);
};

test('a token becomes a credential of its cluster, for a day, renewed from half of it on', async () => {
  const enrolment = await enrolWith(deps, token);
  expect(enrolment).toMatchObject({
    kind: 'enrolled',
    answer: { expiresAt: '2026-11-21T12:00:00.000Z', renewAt: '2026-11-21T00:00:00.000Z' },
  });
  const checked = await check(credentialOf(enrolment));
  expect(checked).toMatchObject({
    kind: 'agent',
    agent: { cluster: AGENT_CLUSTER, epoch: 1, entry: { name: 'shop', project: 'default', epoch: 1 } },
  });
});

test('neither the token nor the credential nor the nonce is stored', async () => {
  const enrolment = await enrolWith(deps, token);
  const stored = JSON.stringify((await readEnrolment(deps, AGENT_CLUSTER))?.document);
  const [, secret = ''] = token.split('.');
  for (const word of [secret, credentialOf(enrolment), NONCE]) expect(stored).not.toContain(word);
});

describe('refused is', () => {
  test.each([
    ['nothing', () => ''],
    ['a word', () => 'token'],
    ['the id alone', (good: string) => good.split('.')[0] ?? ''],
    ['another secret', (good: string) => good.replace(/\.(.)/, (_, at) => (at === 'A' ? '.B' : '.A'))],
    ['another id', (good: string) => good.replace(/^./, (at) => (at === 'a' ? 'b' : 'a'))],
    ['a token with something behind it', (good: string) => `${good}=`],
    ['the credential that it became', () => 'sla1.x.0.1.1.y'],
  ])('%s, and it uses nothing up', async (_what, wrong) => {
    expect(await enrolWith(deps, wrong(token))).toEqual({ kind: 'refused' });
    expect((await enrolWith(deps, token)).kind).toBe('enrolled');
  });

  test('the token of another cluster', async () => {
    await aToken(deps, { cluster: OTHER });
    expect(await enrolWith(deps, token, { cluster: OTHER })).toEqual({ kind: 'refused' });
  });

  test('a cluster that nobody knows, and nothing is written for it', async () => {
    const unknown = asClusterId('00000000-0000-4000-8000-000000000000');
    expect(await enrolWith(deps, token, { cluster: unknown })).toEqual({ kind: 'refused' });
    expect(await readEnrolment(deps, unknown)).toBeUndefined();
  });

  test('a token after its hour', async () => {
    deps.time.nowMs += HOUR_MS;
    expect(await enrolWith(deps, token)).toEqual({ kind: 'refused' });
  });

  test('anything before there is a key', async () => {
    deps = someDeps();
    expect(await enrolWith(deps, token)).toEqual({ kind: 'refused' });
  });
});

test('a token is good until the last millisecond of its hour', async () => {
  deps.time.nowMs += HOUR_MS - 1;
  expect((await enrolWith(deps, token)).kind).toBe('enrolled');
});

test('a cluster that left the roster is absent, whatever its agent shows', async () => {
  const enrolment = await enrolWith(deps, token);
  await removeRosterEntry(deps, AGENT_CLUSTER);
  expect(await check(credentialOf(enrolment))).toEqual({ kind: 'absent' });
  expect(await enrolWith(deps, token)).toEqual({ kind: 'absent' });
});

describe('a race of 100 for one token', () => {
  test('has one credential when everybody is somebody else', async () => {
    const tries = Array.from({ length: 100 }, (_, index) =>
      enrolWith(deps, token, { nonce: `${NONCE}-${index}` }),
    );
    const kinds = (await Promise.all(tries)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'enrolled')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'refused')).toHaveLength(99);
    expect((await readEnrolment(deps, AGENT_CLUSTER))?.document.epoch).toBe(1);
  });

  test('has one credential when all are tries of the same agent', async () => {
    const enrolments = await Promise.all(Array.from({ length: 100 }, () => enrolWith(deps, token)));
    expect(new Set(enrolments.map(credentialOf)).size).toBe(1);
    expect(enrolments[0]?.kind).toBe('enrolled');
    expect((await readEnrolment(deps, AGENT_CLUSTER))?.document.epoch).toBe(1);
  });
});

describe('a lost answer', () => {
  test('is given again for ten minutes, to the same nonce', async () => {
    const first = await enrolWith(deps, token);
    deps.time.nowMs += 10 * MINUTE_MS - 1;
    expect(await enrolWith(deps, token)).toEqual(first);
    deps.time.nowMs += 1;
    expect(await enrolWith(deps, token)).toEqual({ kind: 'refused' });
  });

  test.each(['before', 'after'] as const)('of the store %s it wrote costs nothing', async (when) => {
    const store = losing(deps.store, when);
    await expect(enrolWith({ ...deps, store }, token)).rejects.toThrow(StoreUnavailableError);
    const enrolment = await enrolWith(deps, token);
    expect((await check(credentialOf(enrolment))).kind).toBe('agent');
    expect((await readEnrolment(deps, AGENT_CLUSTER))?.document.epoch).toBe(1);
  });
});

describe('an agent that comes again', () => {
  test('with a token that is used up makes its cluster get another one, once', async () => {
    const first = credentialOf(await enrolWith(deps, token));
    expect(await issuedToken(deps)).toBe(token);
    expect(await enrolWith(deps, token, { nonce: `${NONCE}-2` })).toEqual({ kind: 'refused' });
    expect((await check(first)).kind).toBe('agent');
    const next = await issuedToken(deps);
    expect(next).not.toBe(token);
    expect(await issuedToken(deps)).toBe(next);
    const second = credentialOf(await enrolWith(deps, next));
    expect((await check(second)).kind).toBe('agent');
    expect((await check(first)).kind).toBe('unauthenticated');
  });

  test('after its credential ran out gets in with the next token', async () => {
    await enrolWith(deps, token);
    deps.time.nowMs += 24 * HOUR_MS;
    const next = await issuedToken(deps);
    expect((await check(credentialOf(await enrolWith(deps, next)))).kind).toBe('agent');
  });
});

describe('renewal', () => {
  const renewal = async (credential: string) => {
    const checked = await check(credential);
    if (checked.kind !== 'agent') return checked.kind;
    return credentialOf(await renew(deps, checked.agent));
  };

  test('before half of the time gives the same credential, after it the next', async () => {
    const first = credentialOf(await enrolWith(deps, token));
    expect(await renewal(first)).toBe(first);
    deps.time.nowMs += 12 * HOUR_MS;
    const second = await renewal(first);
    expect(second).not.toBe(first);
    expect(await renewal(first)).toBe(second);
    expect((await check(first)).kind).toBe('agent');
    deps.time.nowMs += 12 * HOUR_MS;
    expect(await renewal(first)).toBe('unauthenticated');
    expect((await check(second)).kind).toBe('agent');
  });

  test('of an earlier enrolment is refused', async () => {
    const first = credentialOf(await enrolWith(deps, token));
    await enrolWith(deps, token, { nonce: `${NONCE}-2` });
    await enrolWith(deps, await issuedToken(deps));
    expect(await renewal(first)).toBe('unauthenticated');
  });

  test('keeps the cluster from being given a new token', async () => {
    const first = credentialOf(await enrolWith(deps, token));
    deps.time.nowMs += 20 * HOUR_MS;
    await renewal(first);
    deps.time.nowMs += 10 * HOUR_MS;
    const enrolment = (await readEnrolment(deps, AGENT_CLUSTER))?.document;
    expect(needsToken(enrolment, deps.time.nowMs)).toBe(false);
    expect(needsToken(enrolment, deps.time.nowMs + 6 * HOUR_MS)).toBe(true);
  });
});

test('an agent that enrolled at another instance is known here at once', async () => {
  const here = { ...deps, store: watched(deps.store) };
  await authenticateAgent(here, 'Bearer x');
  const first = credentialOf(await enrolWith(deps, token));
  expect((await authenticateAgent(here, `Bearer ${first}`)).kind).toBe('agent');
  await enrolWith(deps, token, { nonce: `${NONCE}-2` });
  const second = credentialOf(await enrolWith(deps, await issuedToken(deps)));
  expect((await authenticateAgent(here, `Bearer ${second}`)).kind).toBe('agent');
});

test.each([null, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b', 'Bearer sla1.x'])(
  '«%s» is nobody',
  async (header) => {
    expect(await authenticateAgent(deps, header)).toEqual({ kind: 'unauthenticated' });
  },
);

/** Another instance: the same documents, a memory of its own. */
function watched(inner: DocumentStore): DocumentStore {
  return losing(inner, 'never');
}

/** Loses the answer of the first replace, before or after it happened. */
function losing(inner: DocumentStore, when: 'before' | 'after' | 'never'): DocumentStore {
  let lost = when === 'never';
  return {
    read: (at, id) => inner.read(at, id),
    create: (at, document) => inner.create(at, document),
    async replace(at, document, etag) {
      const isLost = !lost;
      lost = true;
      if (isLost && when === 'before') throw new StoreUnavailableError('lost');
      const written = await inner.replace(at, document, etag);
      if (isLost) throw new StoreUnavailableError('lost');
      return written;
    },
    upsert: (at, document) => inner.upsert(at, document),
    delete: (at, id, etag) => inner.delete(at, id, etag),
    batch: (at, operations) => inner.batch(at, operations),
    query: (query) => inner.query(query),
    ping: () => inner.ping(),
  };
}
