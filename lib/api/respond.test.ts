import { beforeEach, describe, expect, test } from '@jest/globals';
import { send, someApiDeps, type TestApiDeps } from '../../test/builders/http.ts';
import { answer } from './answer.ts';
import { endpoint } from './endpoint.ts';
import { unmatched } from './unmatched.ts';

let deps: TestApiDeps;
beforeEach(async () => {
  deps = await someApiDeps();
});

const reader = endpoint(
  {
    name: 'readThing',
    method: 'GET',
    route: 'v1/thing',
    summary: 'Reads',
    tag: 'things',
    access: 'public',
    responses: { 200: { description: 'A thing' } },
  },
  () => answer(200, { size: 1 }, { etag: '"3.7"' }),
);

const remover = endpoint(
  {
    name: 'removeThing',
    method: 'DELETE',
    route: 'v1/projects/{project}/things/{thing}',
    summary: 'Removes',
    tag: 'things',
    access: 'public',
    responses: { 204: { description: 'Gone' } },
  },
  () => answer(204),
);

describe('a conditional read', () => {
  test.each([
    ['"3.7"', 304],
    ['W/"3.7"', 304],
    ['"1.1", "3.7"', 304],
    ['*', 304],
    ['"3.6"', 200],
  ])('If-None-Match %s answers %i', async (tag, status) => {
    const got = await send(deps, reader, { headers: { 'if-none-match': tag } });
    expect(got.status).toBe(status);
    expect(got.body).toEqual(status === 304 ? undefined : { size: 1 });
    expect(got.headers.get('etag')).toBe('"3.7"');
  });
});

test('an answer without body has no content type', async () => {
  const gone = await send(deps, remover);
  expect([gone.status, gone.body, gone.headers.get('content-type')]).toEqual([204, undefined, null]);
});

describe('what no route takes', () => {
  const fallback = unmatched([reader, remover], '/api/');

  test('an unknown address is 404', async () => {
    expect((await send(deps, fallback, { path: '/api/v1/sofa' })).body).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('an unknown method is 405 with what is allowed', async () => {
    const got = await send(deps, fallback, { method: 'POST', path: '/api/v1/projects/a/things/b' });
    expect(got.body).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(got.headers.get('allow')).toBe('DELETE');
  });
});
