import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Secret } from '../domain/secret.ts';
import { connectSelfManaged } from './connect-self-managed.ts';
import type { SelfManagedApi } from './self-managed.ts';
import type { KubeTransport, KubeTransportRequest } from './transport.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

const KUBECONFIG = new Secret(
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443' } }],
    users: [{ name: 'u', user: { token: 'x' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }),
);

/** Answers by `METHOD path`; a number is a status without a body, everything else the body of a 200. */
function setUp(answers: Readonly<Record<string, unknown>>): { api: SelfManagedApi; sent: Sent[] } {
  const sent: Sent[] = [];
  const transport: KubeTransport = async (address: string, request: KubeTransportRequest) => {
    const { pathname, search } = new URL(address);
    const body: unknown = request.body === undefined ? undefined : JSON.parse(request.body);
    sent.push({ method: request.method, path: `${pathname}${search}`, body });
    const answer = answers[`${request.method} ${pathname}`];
    if (answer === undefined) return new Response('{}', { status: 404 });
    if (typeof answer === 'number') return new Response('{}', { status: answer });
    return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer));
  };
  const connected = connectSelfManaged({ transport, timeoutMs: 1_000 })(KUBECONFIG);
  if (!connected.ok) throw new Error(connected.error.message);
  return { api: connected.value, sent };
}

const SECRETS = { resources: [{ name: 'secrets', kind: 'Secret', namespaced: true }] };
const SentSecret = z.object({ type: z.string(), data: z.record(z.string(), z.string()) });
const OK = { ok: true, value: undefined };

test('a kubeconfig that is none opens nothing', () => {
  expect(connectSelfManaged({ timeoutMs: 1 })(new Secret('x'))).toMatchObject({
    ok: false,
    error: { code: 'Unauthorized' },
  });
});

describe('an API server', () => {
  test.each([
    ['ok', 'ok' as const, { ok: true, value: true }],
    ['not ready', 500, { ok: true, value: false }],
    ['behind a balancer without targets', 503, { ok: true, value: false }],
    ['that does not know us', 401, { ok: false, error: { code: 'Unauthorized' } }],
  ])('%s', async (_name, answer, expected) => {
    expect(await setUp({ 'GET /readyz': answer }).api.ready()).toMatchObject(expected);
  });
});

describe('the control plane', () => {
  test('is the static pods of kubeadm', async () => {
    const pod = (component: string, node: string, ready: string) => ({
      metadata: { name: `${component}-${node}`, labels: { component, tier: 'control-plane' } },
      spec: { nodeName: node },
      status: { conditions: [{ type: 'Ready', status: ready }] },
    });
    const items = [
      pod('etcd', 'a', 'True'),
      pod('kube-apiserver', 'a', 'False'),
      pod('kube-vip', 'a', 'True'),
    ];
    const { api, sent } = setUp({ 'GET /api/v1/namespaces/kube-system/pods': { items } });
    expect(await api.controlPlanePods()).toEqual({
      ok: true,
      value: [
        { component: 'etcd', node: 'a', ready: true },
        { component: 'kube-apiserver', node: 'a', ready: false },
      ],
    });
    expect(sent[0]?.path).toContain('labelSelector=tier%3Dcontrol-plane');
  });

  test('counts pods of DaemonSets for the generation that was counted', async () => {
    const set = (name: string, generation: number, observedGeneration: number) => ({
      metadata: { name, namespace: 'kube-system', generation },
      status: { observedGeneration, desiredNumberScheduled: 3, numberReady: 2 },
    });
    const items = [set('new', 2, 2), set('old', 2, 1), { metadata: { name: 'none', namespace: 'x' } }];
    expect(await setUp({ 'GET /apis/apps/v1/daemonsets': { items } }).api.daemonSets()).toEqual({
      ok: true,
      value: [
        { namespace: 'kube-system', name: 'new', desired: 3, ready: 2 },
        { namespace: 'kube-system', name: 'old', desired: 0, ready: 0 },
        { namespace: 'x', name: 'none', desired: 0, ready: 0 },
      ],
    });
  });
});

describe('join tokens', () => {
  test('[A6] are Secrets for kubeadm that end at an instant', async () => {
    const path = '/api/v1/namespaces/kube-system/secrets/bootstrap-token-abcdef';
    const { api, sent } = setUp({ 'GET /api/v1': SECRETS, [`PATCH ${path}`]: {} });
    const token = { id: 'abcdef', secret: new Secret('0123456789abcdef') };
    expect(await api.putJoinToken({ ...token, expiresAt: '2026-11-20T12:30:00.123Z' })).toEqual(OK);
    const { type, data } = SentSecret.parse(sent[1]?.body);
    expect(type).toBe('bootstrap.kubernetes.io/token');
    const plain = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
    expect(Object.fromEntries(plain)).toEqual({
      'token-id': 'abcdef',
      'token-secret': '0123456789abcdef',
      expiration: '2026-11-20T12:30:00Z',
      'usage-bootstrap-authentication': 'true',
      'usage-bootstrap-signing': 'true',
      'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token',
    });
  });

  test('are removed once, or were', async () => {
    const path = 'DELETE /api/v1/namespaces/kube-system/secrets/bootstrap-token-abcdef';
    expect(await setUp({ [path]: {} }).api.removeJoinToken('abcdef')).toEqual(OK);
    expect(await setUp({}).api.removeJoinToken('abcdef')).toEqual(OK);
    expect(await setUp({ [path]: 403 }).api.removeJoinToken('abcdef')).toMatchObject({ ok: false });
  });
});

describe('a node', () => {
  const node = (more: object) => ({ metadata: { name: 'a', resourceVersion: '7', ...more } });
  const shape = {
    labels: { team: 'shop' },
    taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' as const }],
  };
  const ours = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
  const foreign = {
    key: 'node.kubernetes.io/unreachable',
    effect: 'NoExecute',
    timeAdded: '2026-11-20T12:00:00Z',
  };

  test('gets labels and taints, and keeps what is not ours', async () => {
    const before = { ...node({ labels: { team: 'other', mine: '1' } }), spec: { taints: [foreign] } };
    const { api, sent } = setUp({ 'GET /api/v1/nodes/a': before, 'PATCH /api/v1/nodes/a': {} });
    expect(await api.shapeNode('a', shape)).toEqual(OK);
    expect(sent[1]?.body).toEqual({
      metadata: {
        resourceVersion: '7',
        labels: { team: 'shop' },
        annotations: { 'slipway.io/taints': 'dedicated:NoSchedule' },
      },
      spec: { taints: [foreign, ours] },
    });
  });

  test('that is as it should be is not written', async () => {
    const annotations = { 'slipway.io/taints': 'dedicated:NoSchedule' };
    const before = { ...node({ labels: { team: 'shop' }, annotations }), spec: { taints: [foreign, ours] } };
    const { api, sent } = setUp({ 'GET /api/v1/nodes/a': before });
    expect(await api.shapeNode('a', shape)).toEqual(OK);
    expect(sent).toHaveLength(1);
  });

  test('loses the taint that was ours and is not wanted any more', async () => {
    const annotations = { 'slipway.io/taints': 'dedicated:NoSchedule' };
    const before = { ...node({ annotations }), spec: { taints: [ours, foreign] } };
    const { api, sent } = setUp({ 'GET /api/v1/nodes/a': before, 'PATCH /api/v1/nodes/a': {} });
    await api.shapeNode('a', { labels: {}, taints: [] });
    expect(sent[1]?.body).toMatchObject({ spec: { taints: [foreign] } });
  });

  test('whose taint changed its value keeps one of them', async () => {
    const before = { ...node({}), spec: { taints: [{ ...ours, value: 'old' }] } };
    const { api, sent } = setUp({ 'GET /api/v1/nodes/a': before, 'PATCH /api/v1/nodes/a': {} });
    await api.shapeNode('a', shape);
    expect(sent[1]?.body).toMatchObject({ spec: { taints: [ours] } });
  });

  test('that someone else wrote meanwhile is a conflict; one that is gone is fine', async () => {
    const { api } = setUp({ 'GET /api/v1/nodes/a': node({}), 'PATCH /api/v1/nodes/a': 409 });
    expect(await api.shapeNode('a', shape)).toMatchObject({ error: { code: 'Conflict' } });
    expect(await setUp({}).api.shapeNode('a', shape)).toEqual(OK);
    expect(await setUp({}).api.deleteNode('a')).toEqual(OK);
  });

  test('has the volumes that are attached to it', async () => {
    const attached = (name: string, nodeName: string) => ({ metadata: { name }, spec: { nodeName } });
    const items = [attached('v1', 'a'), attached('v2', 'b')];
    const { api } = setUp({ 'GET /apis/storage.k8s.io/v1/volumeattachments': { items } });
    expect(await api.volumesAttachedTo('a')).toEqual({ ok: true, value: ['v1'] });
  });
});

describe('an object', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'm', namespace: 'n' } };

  test('is read as it is', async () => {
    const live = { ...secret, data: { a: 'x' } };
    const { api } = setUp({ 'GET /api/v1': SECRETS, 'GET /api/v1/namespaces/n/secrets/m': live });
    expect(await api.read(secret)).toEqual({ ok: true, value: live });
  });

  test('that is not there, or of a kind that nothing serves, is absent', async () => {
    expect(await setUp({ 'GET /api/v1': SECRETS }).api.read(secret)).toEqual(OK);
    expect(await setUp({ 'GET /api/v1': { resources: [] } }).api.read(secret)).toEqual(OK);
    expect(await setUp({}).api.read({ ...secret, apiVersion: 'x.io/v1' })).toEqual(OK);
    expect(await setUp({ 'GET /api/v1': 403 }).api.read(secret)).toMatchObject({ ok: false });
  });

  test('is removed once, or was', async () => {
    const path = 'DELETE /api/v1/namespaces/n/secrets/m';
    const { api, sent } = setUp({ 'GET /api/v1': SECRETS, [path]: {} });
    expect(await api.remove(secret)).toEqual(OK);
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
    expect(await setUp({ 'GET /api/v1': SECRETS }).api.remove(secret)).toEqual(OK);
    expect(await setUp({ 'GET /api/v1': { resources: [] } }).api.remove(secret)).toEqual(OK);
    expect(await setUp({ 'GET /api/v1': SECRETS, [path]: 403 }).api.remove(secret)).toMatchObject({
      ok: false,
    });
    expect(await setUp({ 'GET /api/v1': 403 }).api.remove(secret)).toMatchObject({ ok: false });
  });
});
