/**
 * Agents in the clusters of one machine, over sockets, as npm start runs them: clusters become healthy by themselves,
 * say what they use and what can be opened in them, turn unhealthy for the right reason and well again, and outlive the
 * process. One cluster for each thing that goes wrong, so that all of it takes one wait.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Secret } from '../../lib/domain/secret.ts';
import { connectWorkloadApi } from '../../lib/kube/connect.ts';
import type { KubernetesObject } from '../../lib/kube/port.ts';
import { aClusterInput, aPoolInput } from '../builders/cluster-input.ts';
import { LocalStack } from './local-stack.ts';

const CLUSTERS = '/projects/default/clusters';
/** What happens to each later. */
const NAMES = ['calm', 'still', 'full', 'busy', 'brief'] as const;
type Name = (typeof NAMES)[number];
const TROUBLED = ['still', 'full', 'busy'] as const satisfies readonly Name[];
/** Beats and sweeps come every ten seconds, and four beats have to be missing. */
const LONG_MS = 120_000;

let stack: LocalStack;
const uids = new Map<Name, string>();

beforeAll(async () => {
  stack = await LocalStack.start();
}, 90_000);
afterAll(() => stack?.stop(), 20_000);

const aCluster = (name: Name) =>
  aClusterInput({
    name,
    profile: { name: name === 'calm' ? 'aks-backup' : 'aks-base', version: '1.0.0' },
    pools: [aPoolInput({ size: 2 })],
  });

const of = (name: Name) => `${CLUSTERS}/${name}`;

const Health = z.object({
  status: z.enum(['Healthy', 'Unhealthy', 'Unknown']),
  reasons: z.array(
    z.object({ factor: z.string(), code: z.string(), message: z.string(), node: z.string().optional() }),
  ),
  factors: z.record(z.string(), z.object({ status: z.string() })),
});
type Health = z.output<typeof Health>;

const health = async (name: Name) => Health.parse((await stack.call('GET', `${of(name)}/health`)).body);

function until(name: Name, status: Health['status']): Promise<Health> {
  const ask = async () => {
    const seen = await health(name);
    return seen.status === status ? seen : undefined;
  };
  return stack.until(`${name} is ${status}`, ask, LONG_MS);
}

const fault = (name: Name, what: object) =>
  stack.raw('POST', `/local/clusters/${uids.get(name)}/faults`, what);
const noFaults = (name: Name) => stack.raw('DELETE', `/local/clusters/${uids.get(name)}/faults`);

const Items = z.object({ items: z.array(z.record(z.string(), z.json())) });
async function items(path: string) {
  return Items.parse((await stack.call('GET', path)).body).items;
}
const nodeNames = async (name: Name) => (await items(`${of(name)}/nodes`)).map((node) => String(node.name));

test('[A64, A65, A66, A69] clusters become healthy by themselves', async () => {
  for (const name of NAMES) {
    const created = await stack.call('POST', CLUSTERS, aCluster(name));
    expect(created.status).toBe(202);
    uids.set(name, String(created.body.id));
    const thresholds = {
      heartbeat: { unhealthyAfter: 'PT40S' },
      metrics: { cpu: { percent: 90, window: 'PT20S' } },
    };
    expect((await stack.call('PUT', `${of(name)}/health/thresholds`, thresholds)).status).toBe(200);
  }
  expect((await health('calm')).status).toBe('Unknown');
  for (const name of NAMES) {
    const healthy = await until(name, 'Healthy');
    expect(healthy.reasons).toEqual([]);
  }
}, 150_000);

/** They take their time: what the others are asked meanwhile is asked of the calm one alone. */
test('[A67, A68, A70, A72] troubles begin, and a spike is over at once', async () => {
  const [node = ''] = await nodeNames('full');
  const [hot = ''] = await nodeNames('busy');
  const load = { kind: 'load', cpuPercent: 97 };
  expect((await fault('full', { kind: 'node-lost', node: `${node}-x` })).status).toBe(422);
  const faults = [
    await fault('still', { kind: 'agent-stopped' }),
    await fault('full', { kind: 'node-condition', node, condition: 'DiskPressure', status: 'True' }),
    await fault('busy', { ...load, node: hot }),
    await fault('brief', load),
  ];
  expect(faults.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  // As long as one sample: a spike.
  await new Promise((resolve) => setTimeout(resolve, 8_000));
  await noFaults('brief');
});

test('[A71, A73, A75, A76, A77, A78, A79, A80] usage appears, of the cluster and of each node', async () => {
  const usage = await stack.until('usage', async () => {
    const { body } = await stack.call('GET', `${of('calm')}/usage`);
    return body.coresUsed === null ? undefined : body;
  });
  const names = await nodeNames('calm');
  expect(names).toHaveLength(2);
  const Used = z.object({ total: z.number().positive(), byPool: z.object({ system: z.number() }) });
  expect(Used.safeParse(usage.coresUsed).success).toBe(true);
  expect(usage).toMatchObject({
    coresUsed: { byNode: Object.fromEntries(names.map((name) => [name, expect.any(Number)])) },
    cpuUsage: { current: expect.any(Number), series: expect.any(Array) },
    memoryUsage: { current: expect.any(Number) },
    diskUsage: { current: expect.any(Number) },
    cpuRequests: expect.any(Number),
    memoryRequests: expect.any(Number),
  });
  const node = await stack.call('GET', `${of('calm')}/nodes/${names[0]}`);
  expect(node.body).toMatchObject({
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
    usage: expect.objectContaining({}),
  });
  expect((await stack.call('GET', `${of('calm')}/nodes/${names[0]}/usage`)).status).toBe(200);
  expect((await stack.call('GET', `${of('calm')}/nodes/no-such-node/usage`)).status).toBe(404);
}, 60_000);

type Operation = 'backups' | 'restores';
const Operations = z.object({
  items: z.array(z.object({ id: z.string(), state: z.string(), schedule: z.string().optional() })),
});
const operations = async (kind: Operation) =>
  Operations.parse((await stack.call('GET', `${of('calm')}/${kind}`)).body).items;

/** The newest of a kind that succeeded, of a schedule or not. */
const succeeded = (kind: Operation, schedule?: string) =>
  stack.until(
    `${schedule ?? 'one'} of ${kind} succeeds`,
    async () => {
      const all = await operations(kind);
      expect(all.filter(({ state }) => ['Failed', 'TimedOut'].includes(state))).toEqual([]);
      return all.find((one) => one.state === 'Succeeded' && one.schedule === schedule);
    },
    LONG_MS,
  );

/** Asks until the answer has that status: agents say within a beat or two which places there are. */
const answered = (status: number, method: string, path: string, body: object) =>
  stack.until(
    `${method} ${path} is ${status}`,
    async () => {
      const answer = await stack.call(method, path, body);
      return answer.status === status ? answer : undefined;
    },
    LONG_MS,
  );

const FAR = { bucket: 'far-away', storageAccount: 'faraway', resourceGroup: 'platform' };
const TO_OFFSITE = { schedules: { backup: { cron: '* * * * *', location: 'offsite', retention: 'P1D' } } };
const veleroValues = (values: object) => stack.call('PUT', `${of('calm')}/packs/velero/values`, { values });

test('[A99] a backup is asked for, to a place that there is', async () => {
  const backups = `${of('calm')}/backups`;
  const nowhere = await answered(422, 'POST', backups, { location: 'nowhere' });
  expect(nowhere.body).toMatchObject({
    code: 'BACKUP_LOCATION_NOT_FOUND',
    errors: [{ path: '/location', hint: 'It has default.' }],
  });
  expect((await stack.call('POST', backups, { location: 'default', retention: 'P1D' })).status).toBe(201);
}, 150_000);

test('[A81, A82, A83] services that can be opened appear, whoever made them, and vanish', async () => {
  const kubeconfig = new Secret((await stack.call('GET', `${of('calm')}/kubeconfig`)).text);
  const connected = connectWorkloadApi({ timeoutMs: 5_000 })(kubeconfig);
  if (!connected.ok) throw new Error(connected.error.message);
  const put = async (name: string, spec: object) => {
    const metadata = { name, namespace: 'default' };
    const service: KubernetesObject = { apiVersion: 'v1', kind: 'Service', metadata, spec };
    expect(await connected.value.apply(service)).toMatchObject({ ok: true });
  };
  const listed = async () =>
    (await items(`${of('calm')}/services`)).filter((one) => one.namespace === 'default');
  const shown = (what: string, names: readonly string[], isPending: boolean) =>
    stack.until(
      what,
      async () => {
        const now = await listed();
        const isSo = now.map(({ name }) => name).join() === names.join();
        return isSo && now.every(({ pending }) => pending === isPending) ? now : undefined;
      },
      LONG_MS,
    );

  await put('hidden', { type: 'ClusterIP', ports: [{ port: 80 }] });
  await put('nodes', { type: 'NodePort', ports: [{ port: 8080, nodePort: 30_080 }] });
  await put('web', { type: 'LoadBalancer', ports: [{ name: 'http', port: 80 }] });
  const [nodes, web] = await shown('both services', ['nodes', 'web'], false);
  expect(nodes).toMatchObject({ type: 'NodePort', managedBy: 'external' });
  expect(web).toMatchObject({ type: 'LoadBalancer', urls: [expect.stringMatching(/^http:\/\/20\./)] });
  await put('nodes', { type: 'ClusterIP', ports: [{ port: 8080 }] });
  await shown('one service', ['web'], false);
}, 150_000);

test('[A99] the backup is there, is restored, and others go to one more place by themselves', async () => {
  const { id } = await succeeded('backups');
  const restore = await stack.call('POST', `${of('calm')}/backups/${id}/restore`, {
    namespaces: ['default'],
  });
  expect(restore.status).toBe(201);
  expect((await veleroValues({ locations: { offsite: FAR } })).status).toBe(202);
  await answered(202, 'PATCH', of('calm'), TO_OFFSITE);
}, 200_000);

test('[A67, A68, A70, A72] each trouble makes its cluster unhealthy, with its own reason and no other', async () => {
  const [node = ''] = await nodeNames('full');
  const [hot = ''] = await nodeNames('busy');
  const only = async (name: Name) =>
    (await until(name, 'Unhealthy')).reasons.map(({ factor, code, node: at }) => [factor, code, at]);
  expect(await only('full')).toEqual([['nodeConditions', 'DISK_PRESSURE', node]]);
  expect(await only('busy')).toEqual([['metrics', 'CPU_HIGH', hot]]);
  expect(await only('still')).toEqual([['heartbeat', 'HEARTBEAT_MISSING', undefined]]);
  const [{ message } = { message: '' }] = (await health('still')).reasons;
  expect(message).toMatch(/last heard of at \d{4}-.*network|firewall/s);
  expect([(await health('brief')).status, (await health('calm')).status]).toEqual(['Healthy', 'Healthy']);
  for (const name of TROUBLED) await noFaults(name);
}, 200_000);

test('[A99, A100] it was restored, and backed up where its schedule says, until there is no such place', async () => {
  await succeeded('restores');
  await succeeded('backups', 'backup');
  expect((await stack.call('PATCH', of('calm'), { schedules: null })).status).toBe(202);
  expect((await veleroValues({})).status).toBe(202);
  const plan = await answered(422, 'POST', `${of('calm')}/plan`, TO_OFFSITE);
  expect(plan.body).toMatchObject({ code: 'BACKUP_LOCATION_NOT_FOUND' });
}, 200_000);

test('[A68, A70, A72] what ends makes them healthy again', async () => {
  for (const name of TROUBLED) expect((await until(name, 'Healthy')).reasons).toEqual([]);
}, 200_000);

test('[A66] agents go on after kill -9 as who they were, and nobody is called unhealthy for it', async () => {
  await stack.kill();
  await stack.restart();
  expect((await fault('calm', { kind: 'load', cpuPercent: 77, memoryPercent: 40 })).status).toBe(201);
  const Percent = z.object({ cpuUsage: z.object({ percent: z.literal(77) }) });
  const reports = async () =>
    Percent.safeParse((await stack.call('GET', `${of('calm')}/usage`)).body).success || undefined;
  await stack.until('its agent reports again', reports, LONG_MS);
  for (const name of NAMES) expect((await health(name)).status).toBe('Healthy');
}, 150_000);

test('no agent ran into an error', () => {
  expect(stack.output).not.toMatch(/\[error\] agent of/);
});
