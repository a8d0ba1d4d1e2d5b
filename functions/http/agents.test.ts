import { beforeEach, describe, expect, test } from '@jest/globals';
import { announceGeneration } from '../../lib/agents/announce.ts';
import { putRosterEntry, raiseOperations, removeRosterEntry } from '../../lib/agents/roster.ts';
import { readAudit } from '../../lib/audit/record.ts';
import { readCluster } from '../../lib/clusters/read.ts';
import { asClusterId, type ClusterId } from '../../lib/domain/ids.ts';
import { HOUR_MS } from '../../lib/domain/time.ts';
import { anAgent, aToken, NONCE, type TestAgent } from '../../test/builders/agents.ts';
import { aCreatedCluster } from '../../test/builders/created-cluster.ts';
import { bearer, send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { enrollAgent } from './enroll-agent.ts';
import { getAgentDefinition } from './get-agent-definition.ts';
import { getCluster } from './get-cluster.ts';
import { getClusterStatus } from './get-cluster-status.ts';
import { listClusters } from './list-clusters.ts';
import { listPacks } from './list-packs.ts';
import { putPackValues } from './put-pack-values.ts';
import { receiveHeartbeat } from './receive-heartbeat.ts';

const OTHER = '99999999-2222-4333-8444-555555555555';
let deps: TestApiDeps;
let cluster: ClusterId;
beforeEach(async () => {
  const made = await aReadyProject();
  const { config } = made;
  deps = { ...made, config: { ...config, agents: { ...config.agents, publicUrl: 'https://slipway.test' } } };
  cluster = await aCreatedCluster(deps);
});

const enroll = (body: object, headers: Record<string, string> = {}) =>
  send(deps, enrollAgent, { path: '/api/agent/v1/enroll', headers, body });
const first = (bootstrapToken: string, over: object = {}) =>
  enroll({ cluster, bootstrapToken, nonce: NONCE, agentVersion: '0.1.0', ...over });
const definition = (agent: TestAgent, since?: string, query = '') =>
  send(deps, getAgentDefinition, {
    path: `/api/agent/v1/definition${since === undefined ? '?' : `?since=${since}`}${query}`,
    headers: agent.headers,
  });

describe('enrolment', () => {
  test('gives a credential for the token, once, and says so in the audit', async () => {
    const token = await aToken(deps, { cluster });
    const { status, body, headers } = await first(token);
    expect(status).toBe(200);
    expect(body).toEqual({
      credential: expect.stringMatching(/^sla1\./),
      expiresAt: '2026-11-21T12:00:00.000Z',
      renewAt: '2026-11-21T00:00:00.000Z',
    });
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await first(token, { nonce: `${NONCE}2` })).status).toBe(401);
    const audit = await readAudit(deps, 'default', { limit: 10 });
    expect(audit.filter(({ what }) => what === 'agent.enroll')).toMatchObject([
      { who: `agent:${cluster}`, object: { kind: 'cluster', name: 'shop', uid: cluster }, status: 200 },
    ]);
    expect(JSON.stringify(audit)).not.toContain(Object(body).credential);
  });

  test('an answer that was lost is given again, also with an Idempotency-Key, which keeps no secret', async () => {
    const token = await aToken(deps, { cluster });
    const body = { cluster, bootstrapToken: token, nonce: NONCE, agentVersion: '0.1.0' };
    const answers = await Promise.all(
      [1, 2].map(() => enroll(body, { 'idempotency-key': 'one' }).then((answer) => answer.body)),
    );
    expect(answers[1]).toEqual(answers[0]);
  });

  test.each([
    ['no token of ours', { bootstrapToken: 'x' }, 401],
    ['no token', { bootstrapToken: undefined }, 422],
    ['a nonce that is too short', { nonce: 'short' }, 422],
    ['a cluster that is no uid', { cluster: '../x' }, 422],
    ['a cluster that nobody knows', { cluster: OTHER }, 401],
    ['a field that nobody knows', { admin: true }, 422],
    ['both at once', { renew: true }, 422],
  ])('is refused for %s', async (_what, over, status) => {
    expect((await first(await aToken(deps, { cluster }), over)).status).toBe(status);
  });

  test('of a cluster that is being deleted: 404', async () => {
    const token = await aToken(deps, { cluster });
    await removeRosterEntry(deps, cluster);
    expect(await first(token)).toMatchObject({ status: 404, body: { code: 'CLUSTER_NOT_FOUND' } });
  });
});

describe('renewal', () => {
  test('gives the next credential for the present one', async () => {
    const agent = await anAgent(deps, { cluster });
    deps.time.nowMs += 12 * HOUR_MS;
    const { status, body } = await enroll({ cluster, renew: true }, agent.headers);
    expect([status, Object(body).expiresAt]).toEqual([200, '2026-11-22T00:00:00.000Z']);
  });

  test.each([
    ['without a credential', () => ({}), 401],
    ['with a token of an admin', () => bearer('ada:admin@*'), 401],
    ['with a credential that is over', (agent: TestAgent) => agent.headers, 401],
  ])('%s is refused', async (_what, headers, status) => {
    const agent = await anAgent(deps, { cluster });
    deps.time.nowMs += 24 * HOUR_MS;
    expect((await enroll({ cluster, renew: true }, headers(agent))).status).toBe(status);
  });

  test('[A51] for another cluster: 403', async () => {
    const agent = await anAgent(deps, { cluster });
    const { status, body } = await enroll({ cluster: OTHER, renew: true }, agent.headers);
    expect([status, Object(body).code]).toEqual([403, 'CREDENTIAL_OF_OTHER_CLUSTER']);
  });
});

describe('the definition', () => {
  test('[A51] holds what the agent has to carry out: add-ons with their values, thresholds, times', async () => {
    const { status, body } = await definition(await anAgent(deps, { cluster }));
    expect(status).toBe(200);
    expect(body).toEqual({
      cluster,
      generation: 1,
      revision: '1.0',
      kubernetesVersion: '1.33.2',
      thresholds: {
        unhealthyAfterMs: 600_000,
        metrics: {
          cpu: { percent: 90, windowMs: 600_000 },
          memory: { percent: 90, windowMs: 600_000 },
          disk: { percent: 85, windowMs: 600_000 },
        },
      },
      beatAfterMs: 60_000,
      reportEveryMs: 900_000,
      packs: [
        {
          kind: 'chart',
          name: 'prometheus',
          version: '1.0.0',
          repository: 'https://prometheus-community.github.io/helm-charts',
          chart: 'prometheus',
          chartVersion: '27.19.0',
          namespace: 'monitoring',
          release: 'prometheus',
          values: {
            server: { retention: '15d', persistentVolume: { enabled: true, size: '8Gi' } },
            alertmanager: { enabled: false },
            'prometheus-pushgateway': { enabled: false },
          },
        },
      ],
      operations: [],
    });
  });

  test('[A51] that the agent has already is 304, without a body', async () => {
    const agent = await anAgent(deps, { cluster });
    expect(await definition(agent, '1.0')).toMatchObject({ status: 304, body: undefined });
    expect((await definition(agent, '0.9')).status).toBe(200);
    await raiseOperations(deps, cluster);
    expect(await definition(agent, '1.0')).toMatchObject({ status: 200, body: { revision: '1.1' } });
  });

  test('[A51] is the updated one as soon as a pass has seen the change', async () => {
    const agent = await anAgent(deps, { cluster });
    await send(deps, putPackValues, {
      ...editor,
      params: { project: 'default', cluster: 'shop', pack: 'prometheus' },
      body: { values: { retention: '30d', 'kube-state-metrics': { enabled: false } } },
    });
    // What is new is in it at once; that it is generation 2 is said when everybody knows of it.
    expect(await definition(agent)).toMatchObject({ body: { generation: 1, revision: '1.0' } });
    const document = await readCluster(deps, cluster);
    if (document === undefined) throw new Error('no cluster');
    await announceGeneration(deps, document);
    const { body } = await definition(agent, '1.0');
    expect(body).toMatchObject({
      generation: 2,
      revision: '2.0',
      packs: [{ values: { server: { retention: '30d' }, 'kube-state-metrics': { enabled: false } } }],
    });
  });

  test('[A51] 401 for a wrong token, 403 for the token of another cluster', async () => {
    const agent = await anAgent(deps, { cluster });
    await putRosterEntry(deps, { cluster: asClusterId(OTHER), name: 'b', project: 'default', generation: 1 });
    expect((await definition({ ...agent, headers: bearer('wrong') })).status).toBe(401);
    expect(await definition(agent, '1.0', `&cluster=${OTHER}`)).toMatchObject({
      status: 403,
      body: { code: 'CREDENTIAL_OF_OTHER_CLUSTER' },
    });
    expect((await definition(agent, '1.0', `&cluster=${cluster}`)).status).toBe(304);
  });

  test('of a cluster that has left: 404', async () => {
    const agent = await anAgent(deps, { cluster });
    await removeRosterEntry(deps, cluster);
    expect(await definition(agent)).toMatchObject({ status: 404, body: { code: 'CLUSTER_NOT_FOUND' } });
  });
});

describe('what the agent has carried out', () => {
  const path = { project: 'default', cluster: 'shop' };
  const read = (headers = {}) =>
    send(deps, getCluster, { headers: { ...viewer.headers, ...headers }, params: path });
  const beat = (agent: TestAgent, fields: object) =>
    send(deps, receiveHeartbeat, {
      headers: agent.headers,
      body: { agentVersion: '0.1.0', sentAt: '2026-11-20T12:00:00.000Z', ...fields },
    });
  const prometheus = { name: 'prometheus', version: '1.0.0', state: 'Ready' };

  test('[A52] shows in the status, and packs are ready only when it is what is asked for', async () => {
    const agent = await anAgent(deps, { cluster });
    const before = await read();
    expect(Object(before.body).status).not.toHaveProperty('agent');
    await beat(agent, { seq: 1, observedGeneration: 1, packs: [prometheus] });
    const after = await read({ 'if-none-match': before.headers.get('etag') ?? '' });
    expect(after).toMatchObject({
      status: 200,
      body: { status: { agent: { version: '0.1.0', observedGeneration: 1 } } },
    });
    expect((await read({ 'if-none-match': after.headers.get('etag') ?? '' })).status).toBe(304);
    expect((await send(deps, getClusterStatus, { ...viewer, params: path })).body).toMatchObject({
      agent: { observedGeneration: 1 },
    });
    const status = async () =>
      Object((await send(deps, listPacks, { ...viewer, params: path })).body).items.at(-1).status;
    expect(await status()).toBe('ready');
    const written = await send(deps, putPackValues, {
      ...editor,
      params: { ...path, pack: 'prometheus' },
      headers: { ...editor.headers, 'if-match': after.headers.get('etag') ?? '' },
      body: { values: { retention: '30d' } },
    });
    expect(written.status).toBe(202);
    expect(await status()).toBe('installing');
  });

  test('[A52] is not from the future: 422', async () => {
    const agent = await anAgent(deps, { cluster });
    expect(await beat(agent, { seq: 1, observedGeneration: 2 })).toMatchObject({
      status: 422,
      body: { code: 'OBSERVED_GENERATION_FROM_FUTURE' },
    });
  });
});

test('[A51] what agents are given opens nothing else', async () => {
  const { headers } = await anAgent(deps, { cluster });
  expect((await send(deps, listClusters, { headers, params: { project: 'default' } })).status).toBe(401);
});
