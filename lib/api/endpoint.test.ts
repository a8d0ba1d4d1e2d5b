import { beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { bearer, type RequestParts, send, someApiDeps, type TestApiDeps } from '../../test/builders/http.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { answer } from './answer.ts';
import type { MemberDocument } from './auth/grants.ts';
import { memberId, projectAddress } from './auth/grants.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { etagOf } from './etag.ts';
import { unlessGeneration } from './preconditions.ts';
import { problem } from './problem.ts';

const things = new Map([['lamp', { name: 'lamp', generation: 3, revision: 7, tags: { owner: 'ada' } }]]);

/** Counts its runs, so that a test sees whether a layer let a request through. */
function aWriter(): Endpoint & { runs: () => number } {
  let runs = 0;
  const made = endpoint(
    {
      name: 'writeThing',
      method: 'POST',
      route: 'v1/projects/{project}/things/{thing}',
      summary: 'Writes a thing',
      tag: 'things',
      access: { role: 'editor' },
      params: z.object({ project: z.string(), thing: z.string() }),
      query: z.object({ strict: z.stringbool().optional() }),
      body: z.strictObject({ size: z.int(), nested: z.strictObject({ a: z.string() }).optional() }),
      locate: {
        what: 'thing',
        find: async ({ params, sees }) => {
          const thing = things.get(params.thing);
          return thing && sees(thing.tags) ? thing : undefined;
        },
      },
      precondition: ({ target, ifMatchGeneration }) => unlessGeneration(ifMatchGeneration, target.generation),
      responses: { 200: { description: 'Written' } },
    },
    ({ body, target, caller }) => {
      runs += 1;
      if (body.size === 13) throw new Error('a bug with s3cret inside');
      if (body.size === 14) throw new StoreUnavailableError('cosmos at 10.0.0.4');
      if (body.size === 15) return problem(409, 'NAME_TAKEN', 'Taken.');
      return answer(
        200,
        { name: target.name, size: body.size, by: caller.subject, runs },
        { etag: etagOf(target) },
      );
    },
  );
  return { ...made, runs: () => runs };
}

const ada = bearer('ada:editor@default');
const at = { path: '/api/v1/projects/default/things/lamp', params: { project: 'default', thing: 'lamp' } };
const good = { ...at, headers: ada, body: { size: 1 } };

let deps: TestApiDeps;
let writer: ReturnType<typeof aWriter>;
beforeEach(async () => {
  deps = await someApiDeps();
  writer = aWriter();
});

const post = (parts: RequestParts) => send(deps, writer, parts);
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

describe('each layer refuses what is its own', () => {
  const rows: readonly [string, RequestParts, number, string][] = [
    ['401 without a token', { ...at, body: { size: 1 } }, 401, 'UNAUTHENTICATED'],
    [
      '401 with another scheme',
      { ...good, headers: { authorization: 'Basic YTpi' } },
      401,
      'UNAUTHENTICATED',
    ],
    ['404 for a foreign project', { ...good, headers: bearer('eve:admin@other') }, 404, 'PROJECT_NOT_FOUND'],
    [
      '404 for an absent project, also for an admin',
      { ...good, params: { project: 'nope', thing: 'lamp' }, headers: bearer('root:admin@*') },
      404,
      'PROJECT_NOT_FOUND',
    ],
    [
      '404 before 403',
      { ...good, params: { project: 'default', thing: 'sofa' }, headers: bearer('bob:viewer@default') },
      404,
      'THING_NOT_FOUND',
    ],
    ['[A133] 403 names the role', { ...good, headers: bearer('bob:viewer@default') }, 403, 'FORBIDDEN'],
    ['413 beyond 256 KiB', { ...good, body: { size: 'x'.repeat(256 * 1024) } }, 413, 'BODY_TOO_LARGE'],
    ['413 beyond 32 levels', { ...good, body: nested(33) }, 413, 'BODY_TOO_DEEP'],
    [
      '413 for a body that is nothing but depth',
      { ...good, body: `${'['.repeat(120_000)}${']'.repeat(120_000)}` },
      413,
      'BODY_TOO_DEEP',
    ],
    ['422 at 32 levels', { ...good, body: nested(32) }, 422, 'VALIDATION_FAILED'],
    [
      '415 for a form',
      { ...good, headers: { ...ada, 'content-type': 'text/plain' } },
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    [
      '415 for another charset',
      { ...good, headers: { ...ada, 'content-type': 'application/json; charset=latin1' } },
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    [
      '415 for a merge patch on POST',
      { ...good, headers: { ...ada, 'content-type': 'application/merge-patch+json' } },
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    ['400 for half a JSON', { ...good, body: '{"size": ' }, 400, 'JSON_INVALID'],
    [
      '400 for no body at all',
      { ...at, headers: { ...ada, 'content-type': 'application/json' } },
      400,
      'JSON_INVALID',
    ],
    [
      '400 for a prototype key',
      { ...good, body: '{"size": 1, "nested": {"__proto__": {}}}' },
      400,
      'JSON_INVALID',
    ],
    ['422 for a bad query', { ...good, path: `${at.path}?strict=maybe` }, 422, 'VALUE_INVALID'],
    [
      '412 for another generation',
      { ...good, headers: { ...ada, 'if-match': '"2.7"' } },
      412,
      'GENERATION_STALE',
    ],
    ['412 for a tag of nobody', { ...good, headers: { ...ada, 'if-match': 'abc' } }, 412, 'GENERATION_STALE'],
    [
      '412 before 422',
      { ...good, body: {}, headers: { ...ada, 'if-match': '"2.7"' } },
      412,
      'GENERATION_STALE',
    ],
    ['422 for a missing field', { ...good, body: {} }, 422, 'REQUIRED'],
    ['422 for a wrong type', { ...good, body: { size: 'big' } }, 422, 'TYPE_INVALID'],
  ];
  test.each(rows)('%s', async (_title, parts, status, code) => {
    const got = await post(parts);
    expect(got.body).toMatchObject({ status, code });
    expect(got.status).toBe(status);
    expect(got.headers.get('content-type')).toBe('application/problem+json');
    expect(writer.runs()).toBe(0);
  });

  test('the problem document has all of its members', async () => {
    const got = await post({
      ...good,
      headers: { ...bearer('bob:viewer@default'), 'x-correlation-id': 'abc-1' },
    });
    expect(got.body).toEqual({
      type: 'urn:slipway:problem:FORBIDDEN',
      title: 'Forbidden',
      status: 403,
      code: 'FORBIDDEN',
      detail: 'This needs the role editor in project default.',
      instance: '/api/v1/projects/default/things/lamp',
      correlationId: 'abc-1',
      errors: [],
    });
    expect(got.headers.get('x-correlation-id')).toBe('abc-1');
  });

  test('[A2] unknown fields, wrong types and missing ones come all at once, with pointers', async () => {
    const got = await post({ ...good, body: { sise: 1, nested: { a: 1, 'b/c': 2 } } });
    expect(got.body).toMatchObject({
      code: 'VALIDATION_FAILED',
      status: 422,
      errors: [
        { path: '/size', code: 'REQUIRED' },
        { path: '/nested/a', code: 'TYPE_INVALID' },
        { path: '/nested/b~1c', code: 'UNKNOWN_FIELD' },
        { path: '/sise', code: 'UNKNOWN_FIELD' },
      ],
    });
  });

  test('a hostile correlation id is replaced', async () => {
    const got = await post({ ...good, headers: { ...ada, 'x-correlation-id': 'a b<script>' } });
    expect(got.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('what gets through', () => {
  test('answers what the logic returned, with the headers of every answer', async () => {
    const got = await post({ ...good, headers: { ...ada, 'if-match': '"3.1"' } });
    expect(got.body).toEqual({ name: 'lamp', size: 1, by: 'ada', runs: 1 });
    expect(got.headers.get('etag')).toBe('"3.7"');
    expect(got.headers.get('cache-control')).toBe('no-store');
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a bug is a bare 500, an unreachable store a 503 with a hint', async () => {
    const bug = await post({ ...good, body: { size: 13 } });
    expect(bug.body).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(bug.body)).not.toContain('s3cret');
    const outage = await post({ ...good, body: { size: 14 } });
    expect(outage.body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect(outage.headers.get('retry-after')).toBe('5');
  });
});

describe('members', () => {
  async function member(document: Pick<MemberDocument, 'subject' | 'role' | 'filter'>): Promise<void> {
    const full: MemberDocument = {
      id: memberId(document.subject),
      type: 'member',
      project: 'default',
      ...document,
    };
    await deps.store.upsert(projectAddress('default'), full);
  }

  test('a member needs no role in the token', async () => {
    await member({ subject: 'mia', role: 'editor' });
    expect((await post({ ...good, headers: bearer('mia:none@x') })).status).toBe(200);
  });

  test('[A188] what the filter hides answers 404, not 403', async () => {
    await member({ subject: 'mia', role: 'editor', filter: { and: [{ tag: 'owner', isNot: 'ada' }] } });
    const got = await post({ ...good, headers: bearer('mia:editor@default') });
    expect(got.body).toMatchObject({ status: 404, code: 'THING_NOT_FOUND' });
  });

  test('a member document narrows what the token says, but not for an admin of the deployment', async () => {
    await member({ subject: 'mia', role: 'viewer' });
    expect((await post({ ...good, headers: bearer('mia:admin@default') })).status).toBe(403);
    expect((await post({ ...good, headers: bearer('mia:admin@*') })).status).toBe(200);
  });
});

describe('Idempotency-Key', () => {
  const keyed = (key: string, more: RequestParts = {}) =>
    post({ ...good, ...more, headers: { ...ada, ...more.headers, 'idempotency-key': key } });

  test('[A132] the same key and body answer as the first time; another body is a mismatch', async () => {
    const first = await keyed('k1');
    const again = await keyed('k1');
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('etag')).toBe('"3.7"');
    expect(writer.runs()).toBe(1);
    expect((await keyed('k1', { body: { size: 2 } })).body).toMatchObject({
      status: 409,
      code: 'IDEMPOTENCY_MISMATCH',
    });
    expect((await keyed('k1', { path: `${at.path}?strict=true` })).body).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
    expect((await keyed('k2')).body).toMatchObject({ runs: 2 });
  });

  test('keys of different callers are different keys', async () => {
    await keyed('k1');
    expect((await keyed('k1', { headers: bearer('bob:editor@default'), body: { size: 2 } })).status).toBe(
      200,
    );
  });

  test('a refusal is an answer too; a failure of ours is not', async () => {
    expect((await keyed('k1', { body: { size: 15 } })).status).toBe(409);
    await keyed('k1', { body: { size: 15 } });
    expect(writer.runs()).toBe(1);
    expect((await keyed('k2', { body: { size: 13 } })).status).toBe(500);
    expect((await keyed('k2', { body: { size: 13 } })).status).toBe(500);
    expect(writer.runs()).toBe(3);
  });

  test('a key that is no header value is refused', async () => {
    expect((await keyed('a b')).body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_INVALID' });
  });
});
