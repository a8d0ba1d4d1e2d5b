import { describe, expect, test } from '@jest/globals';
import { type Answer, FakeHttpClient, type SentRequest } from '../../test/fakes/fake-http-client.ts';
import { Secret } from '../domain/secret.ts';
import { keyVaultSecrets } from './key-vault.ts';

const VAULT = 'https://slipway.vault.azure.net';
const CHALLENGE: Answer = {
  status: 401,
  headers: {
    'www-authenticate':
      'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"',
  },
};

/** A vault that asks for a token first, as the real one does; `asked` has what came with one. */
function aVault(answer: (request: SentRequest) => Answer) {
  const asked: string[] = [];
  const time = { nowMs: Date.UTC(2026, 10, 20) };
  const httpClient = new FakeHttpClient((request) => {
    if (request.headers.authorization === undefined) return CHALLENGE;
    asked.push(`${request.method} ${request.url.pathname}`);
    return answer(request);
  });
  const store = keyVaultSecrets({
    vaultUrl: VAULT,
    credential: { getToken: async () => ({ token: 't', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    clock: { now: () => time.nowMs, monotonic: () => time.nowMs },
    httpClient,
  });
  return { store, asked, time };
}

const holding = (value: string): Answer => ({ status: 200, body: { value, id: `${VAULT}/secrets/a/1` } });

test('a value is asked for once in five minutes', async () => {
  const { store, asked, time } = aVault(() => holding('s3cret'));
  expect((await store.get('a'))?.reveal()).toBe('s3cret');
  time.nowMs += 299_999;
  expect((await store.get('a'))?.reveal()).toBe('s3cret');
  expect(asked).toEqual(['GET /secrets/a/']);
  time.nowMs += 1;
  await store.get('a');
  expect(asked).toHaveLength(2);
});

test('what is not there is asked for again', async () => {
  const { store, asked } = aVault(() => ({ status: 404, body: { error: { code: 'SecretNotFound' } } }));
  expect(await store.get('a')).toBeUndefined();
  expect(await store.get('a')).toBeUndefined();
  expect(asked).toHaveLength(2);
});

test('a value that is set or deleted is asked for again', async () => {
  let value = 'old';
  const { store } = aVault(({ method, body }) => {
    if (method === 'PUT') value = (body as { value: string }).value;
    return holding(value);
  });
  await store.get('a');
  await store.set('a', new Secret('new'));
  expect((await store.get('a'))?.reveal()).toBe('new');
  value = 'newest';
  await store.delete('a');
  expect((await store.get('a'))?.reveal()).toBe('newest');
});

test('deleting what is not there is fine', async () => {
  const { store } = aVault(() => ({ status: 404, body: { error: { code: 'SecretNotFound' } } }));
  await store.delete('a');
});

test('a write that failed is not repeated: it could land after the deadline of its pass', async () => {
  const { store, asked } = aVault(() => ({ status: 503, body: { error: { code: 'Unavailable' } } }));
  await expect(store.set('a', new Secret('x'))).rejects.toMatchObject({ statusCode: 503 });
  expect(asked).toEqual(['PUT /secrets/a']);
});

test('a read that failed is repeated', async () => {
  const answers: readonly Answer[] = [{ status: 503, headers: { 'retry-after-ms': '1' } }, holding('x')];
  const { store, asked } = aVault(() => answers[asked.length - 1] ?? CHALLENGE);
  expect((await store.get('a'))?.reveal()).toBe('x');
  expect(asked).toHaveLength(2);
});

test('at most a thousand values are kept, the oldest goes first', async () => {
  const { store, asked } = aVault(() => holding('x'));
  for (let index = 0; index <= 1_000; index += 1) await store.get(`s${index}`);
  await store.get('s1');
  expect(asked).toHaveLength(1_001);
  await store.get('s0');
  expect(asked).toHaveLength(1_002);
});

describe('what is added stays', () => {
  /** Keeps versions as a vault does; they list youngest first, to be no help. */
  function versioned(created: readonly (readonly [version: string, atSeconds: number])[]) {
    const versions = created.map(([id, at]) => ({ id, at }));
    let put = 0;
    const vault = aVault(({ method, url, body }) => {
      const [, , , which = ''] = url.pathname.split('/');
      if (method === 'PUT') {
        versions.push({ id: `put${++put}`, at: vault.time.nowMs / 1_000 });
        return holding((body as { value: string }).value);
      }
      if (which !== 'versions') return holding(`value of ${which}`);
      const value = versions
        .map(({ id, at }) => ({ id: `${VAULT}/secrets/a/${id}`, attributes: { created: at } }))
        .reverse();
      return { status: 200, body: { value } };
    });
    return vault;
  }
  const NOW = Date.UTC(2026, 10, 20) / 1_000;

  test('the oldest version counts, whatever came after it', async () => {
    const { store } = versioned([
      ['b', NOW - 60],
      ['a', NOW - 50],
      ['c', NOW - 60],
    ]);
    expect((await store.first('a'))?.reveal()).toBe('value of b');
  });

  test('adding writes nothing where something is', async () => {
    const { store, asked } = versioned([['x', NOW - 60]]);
    await store.add('a', new Secret('late'));
    expect(asked).toEqual(['GET /secrets/a/versions']);
  });

  test('what was added now is read once its second is over, and then asked for once', async () => {
    const { store, asked, time } = versioned([]);
    await store.add('a', new Secret('new'));
    expect(await store.first('a')).toBeUndefined();
    time.nowMs += 5_000;
    expect((await store.first('a'))?.reveal()).toBe('value of put1');
    const before = asked.length;
    await store.first('a');
    expect(asked).toHaveLength(before);
  });

  test('nothing is there before anything was added', async () => {
    expect(await versioned([]).store.first('a')).toBeUndefined();
    const { store } = aVault(() => ({ status: 404, body: { error: { code: 'SecretNotFound' } } }));
    expect(await store.first('a')).toBeUndefined();
  });
});
