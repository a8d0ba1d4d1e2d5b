import { describe, expect, test } from '@jest/globals';
import { bearer, send } from '../../test/builders/http.ts';
import { admin, editor, viewer } from '../../test/builders/project.ts';
import { isSigned, keyOf, WebhookWorld } from '../../test/builders/webhook-world.ts';
import { deleteProject } from './delete-project.ts';
import { putProject } from './put-project.ts';

const URL_A = 'https://a.example.com/hook';
const URL_B = 'https://b.example.com/hook';
const GIVEN = 'correct horse battery staple';

const hooksOf = ({ body }: { readonly body: unknown }) => Object(body).webhooks;
const codesOf = ({ body }: { readonly body: unknown }) =>
  Object(body).errors.map(({ code, path }: { code: string; path: string }) => `${code} ${path}`);

describe('[A132] a hook with nothing but a URL', () => {
  test('gets a name and a secret, which is shown once', async () => {
    const world = await WebhookWorld.open();
    const first = await world.put([{ url: URL_A }]);
    expect(first).toMatchObject({ status: 200, body: { generation: 1 } });
    expect(hooksOf(first)).toEqual([
      {
        name: 'webhook-1',
        url: URL_A,
        hasSecret: true,
        secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      },
    ]);
    const shown = [{ name: 'webhook-1', url: URL_A, hasSecret: true }];
    expect(hooksOf(await world.put([{ url: URL_A }]))).toEqual(shown);
    expect(await world.get(viewer)).toMatchObject({ status: 200, body: { generation: 1, webhooks: shown } });
  });

  test('an Idempotency-Key keeps no answer with a secret in it', async () => {
    const world = await WebhookWorld.open();
    const keyed = { headers: { ...admin.headers, 'idempotency-key': 'k-1' } };
    const secret = hooksOf(await world.put([{ url: URL_A }], keyed))[0].secret;
    expect(hooksOf(await world.put([{ url: URL_A }], keyed))[0].secret).toBeUndefined();
    expect(await world.everything()).not.toContain(secret);
  });
});

describe('a secret', () => {
  test('is in the secret store and nowhere else: no document, message or line of the log', async () => {
    const world = await WebhookWorld.open();
    const made = hooksOf(await world.put([{ name: 'a', url: URL_A }]))[0].secret;
    await world.put([
      { name: 'a', url: URL_A },
      { name: 'b', url: URL_B, secret: GIVEN },
    ]);
    await world.test('b');
    await world.publish();
    world.receiver('a.example.com', () => ({ kind: 'timed-out' }));
    await world.run();
    await world.putAll({ webhooks: [{ name: 'c', url: 'http://c', secret: `whsec_${GIVEN}` }] });

    const stored = [...world.deps.secrets.values.values()].map((secret) => secret.reveal());
    expect(stored).toEqual([made, GIVEN]);
    const everything = await world.everything();
    expect(everything).toContain('project.put-settings');
    for (const secret of [made, GIVEN, made.slice('whsec_'.length)]) {
      expect(everything).not.toContain(secret);
      expect(JSON.stringify((await world.get()).body)).not.toContain(secret);
    }
  });

  test('stays when what was read is edited and sent back', async () => {
    const world = await WebhookWorld.open();
    const { secret } = hooksOf(await world.put([{ name: 'a', url: URL_A }]))[0];
    await world.publish();
    await world.run();
    const read = Object((await world.get()).body);
    expect(read.webhooks[0].status).toEqual({
      lastAttemptAt: '2026-11-20T12:00:00.000Z',
      lastDeliveredAt: '2026-11-20T12:00:00.000Z',
    });
    expect(await world.putAll(read)).toMatchObject({ status: 200, body: { generation: 1 } });
    const edited = { ...read, webhooks: [...read.webhooks, { name: 'b', url: URL_B }] };
    expect(await world.putAll(edited)).toMatchObject({ status: 200, body: { generation: 2 } });
    await world.publish({ id: 'e-2' });
    await world.run();
    const last = world.arrivals.find(({ url, body }) => url === URL_A && body.includes('e-2'));
    if (!last) throw new Error('Nothing arrived');
    expect(await isSigned(last, keyOf(secret))).toBe(true);
  });

  test('is replaced by another one, and the former is deleted; the same one again changes nothing', async () => {
    const world = await WebhookWorld.open();
    await world.put([{ name: 'a', url: URL_A }]);
    const change = [{ name: 'a', url: URL_A, secret: GIVEN }];
    const changed = await world.put(change);
    expect(changed).toMatchObject({ body: { generation: 2 } });
    expect(hooksOf(changed)).toEqual([{ name: 'a', url: URL_A, hasSecret: true }]);
    expect(await world.put(change)).toMatchObject({ body: { generation: 2 } });
    expect([...world.deps.secrets.values.values()].map((secret) => secret.reveal())).toEqual([GIVEN]);
  });

  test('goes with its hook, with all hooks, and with its project', async () => {
    const world = await WebhookWorld.open();
    const { deps } = world;
    const names = () => deps.secrets.values.size;
    await world.put([{ url: URL_A }, { url: URL_B }]);
    await world.publish();
    await world.run();
    expect(names()).toBe(2);
    await world.put([{ url: URL_B }]);
    expect(names()).toBe(1);
    await world.putAll({});
    expect(names()).toBe(0);
    expect(await world.everything()).not.toContain('webhook-status');

    const root = { headers: bearer('root:admin@*') };
    const params = { project: 'default' };
    await send(deps, putProject, { ...root, params, body: { description: 'mine' } });
    await world.put([{ url: URL_A }]);
    expect(names()).toBe(1);
    expect((await send(deps, deleteProject, { ...admin, params })).status).toBe(204);
    expect(names()).toBe(0);
  });

  test('of a write that was refused or lost is not kept', async () => {
    const world = await WebhookWorld.open();
    const { deps } = world;
    const stale = { headers: { ...admin.headers, 'if-match': '"7.0"' } };
    expect((await world.put([{ url: URL_A }], stale)).status).toBe(412);
    expect(deps.secrets.values.size).toBe(0);
    const create = deps.store.create.bind(deps.store);
    deps.store.create = async (at, document) =>
      document.type === 'project-settings' ? { kind: 'stale' } : create(at, document);
    expect(await world.put([{ url: URL_A }])).toMatchObject({ status: 409, body: { code: 'CONTENDED' } });
    expect(deps.secrets.values.size).toBe(0);
  });
});

describe('what is refused', () => {
  const hook = (fields: object) => [{ url: URL_A, ...fields }];

  test.each<[string, readonly object[], readonly string[]]>([
    ['a weak secret', hook({ secret: 'x'.repeat(23) }), ['WEBHOOK_SECRET_WEAK /webhooks/0/secret']],
    ['a weak key', hook({ secret: 'whsec_c2hvcnQ=' }), ['WEBHOOK_SECRET_WEAK /webhooks/0/secret']],
    ['an endless secret', hook({ secret: 'x'.repeat(257) }), ['VALUE_INVALID /webhooks/0/secret']],
    ['no URL', [{ name: 'a' }], ['REQUIRED /webhooks/0/url']],
    ['what is no URL', hook({ url: 'example.com' }), ['VALUE_INVALID /webhooks/0/url']],
    ['HTTP', hook({ url: 'http://a.example.com/' }), ['WEBHOOK_URL_FORBIDDEN /webhooks/0/url']],
    ['metadata', hook({ url: 'https://169.254.169.254/' }), ['WEBHOOK_URL_FORBIDDEN /webhooks/0/url']],
    ['a name that is no label', hook({ name: 'My hook' }), ['NAME_INVALID /webhooks/0/name']],
    ['no events at all', hook({ events: [] }), ['VALUE_INVALID /webhooks/0/events']],
    ['an unknown event', hook({ events: ['slipway.x'] }), ['VALUE_INVALID /webhooks/0/events/0']],
    ['an unknown field', hook({ header: 'x' }), ['UNKNOWN_FIELD /webhooks/0/header']],
    [
      'one name twice, and more',
      [
        { name: 'a', url: URL_A },
        { name: 'a', url: 'https://10.0.0.1/' },
      ],
      ['WEBHOOK_NAME_TAKEN /webhooks/1/name', 'WEBHOOK_URL_FORBIDDEN /webhooks/1/url'],
    ],
    [
      'everything at once',
      [{ name: 'My hook', url: 'ftp://a.example.com/', secret: 'weak' }],
      [
        'NAME_INVALID /webhooks/0/name',
        'WEBHOOK_SECRET_WEAK /webhooks/0/secret',
        'WEBHOOK_URL_FORBIDDEN /webhooks/0/url',
      ],
    ],
    ['too many', Array.from({ length: 21 }, () => ({ url: URL_A })), ['VALUE_INVALID /webhooks']],
  ])('%s', async (_what, hooks, findings) => {
    const world = await WebhookWorld.open();
    const refused = await world.put(hooks);
    expect(refused.status).toBe(422);
    expect(codesOf(refused)).toEqual(findings);
    expect(world.deps.secrets.values.size).toBe(0);
    expect((await world.get()).body).toEqual({ generation: 0 });
  });

  test('a secret that is refused is not repeated', async () => {
    const world = await WebhookWorld.open();
    const { body } = await world.put([{ url: URL_A, secret: 'hunter2' }]);
    expect(JSON.stringify(body)).not.toContain('hunter2');
  });
});

describe('a status', () => {
  test('moves the tag of a read, and not the generation that a write compares', async () => {
    const world = await WebhookWorld.open();
    const etag = (await world.put([{ url: URL_A }])).headers.get('etag') ?? '';
    const known = { headers: { ...admin.headers, 'if-none-match': etag } };
    expect((await world.get(known)).status).toBe(304);
    await world.publish();
    await world.run();
    expect((await world.get(known)).status).toBe(200);
    const match = { headers: { ...admin.headers, 'if-match': etag } };
    expect((await world.put([{ url: URL_B }], match)).status).toBe(200);
  });
});

describe('a test event', () => {
  test('takes the way of all others, to one hook, whatever it wants', async () => {
    const world = await WebhookWorld.open();
    const put = await world.put([
      { name: 'a', url: URL_A, events: ['slipway.health.changed'] },
      { name: 'b', url: URL_B },
    ]);
    const sent = await world.test('a');
    expect(sent).toMatchObject({ status: 202 });
    await world.run();
    const [arrival, ...others] = world.arrivals;
    if (!arrival) throw new Error('Nothing arrived');
    expect(others).toEqual([]);
    expect(arrival.url).toBe(URL_A);
    expect(arrival.headers['webhook-id']).toBe(Object(sent.body).webhookId);
    expect(JSON.parse(arrival.body)).toMatchObject({
      type: 'slipway.webhook.test',
      source: '/projects/default/webhooks/a',
      data: { webhook: 'a' },
    });
    expect(await isSigned(arrival, keyOf(hooksOf(put)[0].secret))).toBe(true);
  });

  test('two are two', async () => {
    const world = await WebhookWorld.open();
    await world.put([{ name: 'a', url: URL_A }]);
    await world.test('a');
    await world.test('a');
    await world.run();
    expect(new Set(world.arrivals.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
  });

  test('is for admins, and for hooks that exist', async () => {
    const world = await WebhookWorld.open();
    await world.put([{ name: 'a', url: URL_A }]);
    expect((await world.test('a', editor)).status).toBe(403);
    expect(await world.test('b')).toMatchObject({ status: 404, body: { code: 'WEBHOOK_NOT_FOUND' } });
    expect(world.waiting).toEqual([]);
  });
});
