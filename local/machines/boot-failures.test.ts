import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../lib/domain/secret.ts';
import { toInstant } from '../../lib/domain/time.ts';
import {
  aMachineWorld,
  ENDPOINT,
  expectOk,
  type MachineWorld,
  UID,
} from '../../test/builders/machine-world.ts';

const FIRST = 'i-a0000000000000000';
const WORKER = 'i-b0000000000000000';

async function aCluster(): Promise<MachineWorld> {
  const world = await aMachineWorld();
  await world.launch('init', 0);
  world.pass(300);
  return world;
}

const lastWords = ({ host }: MachineWorld, id: string): readonly string[] => host.consoleOf(id).slice(-2);
const saidBy = ({ host }: MachineWorld, id: string): string => host.consoleOf(id).join('\n');

/** What a person might hand a machine, without our scripts. */
const cloudConfig = (kubeadmYaml: string): string =>
  `#cloud-config
write_files:
  - path: /run/kubeadm.yaml
    content: |
${kubeadmYaml.replace(/^/gm, '      ')}
runcmd:
  - [sh, -c, "kubeadm join --config /run/kubeadm.yaml && echo SLIP-BOOT-OK > /dev/console"]
`;

const joinConfig = (token: string, hash: string): string => `apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken: {apiServerEndpoint: "${ENDPOINT}", token: ${token}, caCertHashes: ["sha256:${hash}"]}`;

describe('a machine', () => {
  test('without user data runs and does nothing', async () => {
    const world = await aMachineWorld();
    world.host.launch({ id: 'i-bastion', address: 200 });
    world.pass(60);
    expect([22, 6443, 10250].filter((port) => world.side.listens('i-bastion', port))).toEqual([22]);
    expect(saidBy(world, 'i-bastion')).not.toContain('kubeadm');
  });

  test('without a way out says so and gives up', async () => {
    const world = await aMachineWorld();
    world.host.hasWayOut = false;
    await world.launch('init', 0);
    world.pass(120);
    const waiting = 'curl: (28) Failed to connect to pkgs.k8s.io port 443: Connection timed out';
    expect(lastWords(world, FIRST)).toEqual(['Cloud-init v. 25.1.4 running modules:config', waiting]);
    world.pass(300);
    expect(lastWords(world, FIRST)).toEqual([waiting, 'SLIP-BOOT-FAIL network']);
    world.host.hasWayOut = true;
    world.pass(600);
    expect(world.side.listens(FIRST, 6443)).toBe(false);
  });

  test('goes on as soon as its way out is there', async () => {
    const world = await aMachineWorld();
    world.host.hasWayOut = false;
    await world.launch('init', 0);
    world.pass(120);
    world.host.hasWayOut = true;
    world.pass(300);
    expect(world.host.consoleOf(FIRST).at(-1)).toBe('SLIP-BOOT-OK');
  });

  test('of a control plane fails without its secret', async () => {
    const world = await aMachineWorld();
    await world.launch('init', 0);
    world.host.secrets.clear();
    world.pass(600);
    expect(lastWords(world, FIRST)).toEqual([
      'The secret slip/shop-1a2b3c/control-plane-0-1 cannot be read',
      'SLIP-BOOT-FAIL files',
    ]);
  });

  test('that was stopped while it booted does not boot again', async () => {
    const world = await aMachineWorld();
    await world.launch('init', 0);
    world.pass(30);
    const stopped = world.host.stop(FIRST);
    world.pass(30);
    world.host.start(stopped);
    world.pass(600);
    expect(world.side.listens(FIRST, 6443)).toBe(false);
  });
});

describe('keys of a control plane', () => {
  const files = (world: MachineWorld): Record<string, string> =>
    JSON.parse([...world.host.secrets.values()][0] ?? '{}');

  test.each([
    [
      'ca.key that belongs to another authority',
      'ca.key',
      'etcd/ca.key',
      'the certificate and its key do not match',
    ],
    ['sa.pub that belongs to another key', 'sa.pub', 'ca.crt', 'the certificate and its key do not match'],
    ['a key that is none', 'etcd/ca.key', '', 'no PEM that could be read'],
  ])('%s is refused', async (_what, path, from, problem) => {
    const world = await aMachineWorld();
    await world.launch('init', 0);
    const written = files(world);
    written[`/etc/kubernetes/pki/${path}`] = written[`/etc/kubernetes/pki/${from}`] ?? 'nonsense';
    world.host.secrets.set('slip/shop-1a2b3c/control-plane-0-1', JSON.stringify(written));
    world.pass(300);
    expect(saidBy(world, FIRST)).toContain('error execution phase certs/ca');
    expect(saidBy(world, FIRST)).toContain(problem);
  });

  test('are needed in full, and so are files that the API server mounts', async () => {
    for (const [missing, words] of [
      ['/etc/kubernetes/pki/sa.key', 'sa.key: no such file or directory'],
      ['/etc/kubernetes/encryption.yaml', 'hostPath type check failed: /etc/kubernetes/encryption.yaml'],
    ] as const) {
      const world = await aMachineWorld();
      await world.launch('init', 0);
      const { [missing]: _left, ...written } = files(world);
      world.host.secrets.set('slip/shop-1a2b3c/control-plane-0-1', JSON.stringify(written));
      world.pass(300);
      expect(saidBy(world, FIRST)).toContain(words);
    }
  });

  test('of another cluster do not join', async () => {
    const world = await aCluster();
    const other = await aMachineWorld();
    await other.launch('init', 0);
    const id = await world.launch('join-control-plane', 1);
    world.host.secrets.set(
      'slip/shop-1a2b3c/control-plane-1-1',
      other.host.secrets.get('slip/shop-1a2b3c/control-plane-0-1') ?? '',
    );
    world.pass(300);
    expect(saidBy(world, id)).toContain('is not the one of this cluster');
  });
});

describe('a machine that joins', () => {
  test('waits for its token, and not for ever', async () => {
    const world = await aCluster();
    await world.launch('join-worker', 0);
    const key = { pool: 'workers', index: 0, attempt: 1 };
    expectOk(await world.boot.withdraw(key, 'worker'));
    world.pass(300);
    expect(saidBy(world, WORKER)).toMatch(/could not find a JWS signature .* for token ID "[a-z0-9]{6}"/);
    expectOk(await world.boot.extend(key));
    world.pass(120);
    expect(world.host.consoleOf(WORKER).at(-1)).toBe('SLIP-BOOT-OK');
  });

  test('is refused once its token has expired', async () => {
    const world = await aCluster();
    await world.launch('join-worker', 0);
    const stopped = world.host.stop(WORKER);
    world.pass(31 * 60);
    world.host.start(stopped);
    world.pass(700);
    expect(world.host.consoleOf(WORKER).at(-1)).toBe('SLIP-BOOT-FAIL kubeadm');
  });

  test('goes on when the API server comes back in time', async () => {
    const world = await aCluster();
    const fault = world.clusters.faults.add(UID, { kind: 'api-down' });
    expect(world.side.listens(FIRST, 6443)).toBe(false);
    world.clusters.faults.clear(UID, fault.id);
    await world.launch('join-worker', 0);
    world.clusters.faults.add(UID, { kind: 'api-down' });
    world.pass(300);
    expect(saidBy(world, WORKER)).toContain('connection refused');
    world.clusters.faults.clear(UID);
    world.pass(60);
    expect(world.host.consoleOf(WORKER).at(-1)).toBe('SLIP-BOOT-OK');
  });

  test('trusts nobody but the authority that it was told', async () => {
    const world = await aCluster();
    const token = await anotherToken(world);
    world.host.launch({ id: WORKER, address: 100, userData: cloudConfig(joinConfig(token, 'a'.repeat(64))) });
    world.pass(300);
    expect(saidBy(world, WORKER)).toMatch(/none of the public keys "sha256:[0-9a-f]{64}" are pinned/);
  });

  test('of the control plane leaves a learner behind when it ends in the middle', async () => {
    const world = await aCluster();
    const id = await world.launch('join-control-plane', 1);
    const api = await world.api();
    const via = 'ip-10-0-0-10.eu-central-1.compute.internal';
    for (let passed = 0; passed < 300; passed++) {
      world.pass(1);
      if (expectOk(await api.etcdMembers(via)).length === 2) break;
    }
    world.host.terminate(id, world.side);
    world.pass(600);
    const [, learner] = expectOk(await api.etcdMembers(via));
    expect(learner).toMatchObject({ name: '', started: false, learner: true, healthy: false });
    const next = await world.launch('join-control-plane', 2);
    world.pass(600);
    expect(saidBy(world, next)).toContain('etcdserver: too many learner members in cluster');
    expectOk(await api.removeEtcdMember(via, learner?.id ?? ''));
    expect(expectOk(await api.etcdMembers(via))).toHaveLength(1);
  });

  test('of the control plane needs the ports of etcd', async () => {
    const world = await aCluster();
    const id = await world.launch('join-control-plane', 1);
    world.host.blocked.add(`${FIRST} ${id} 2380`);
    world.pass(600);
    expect(saidBy(world, id)).toContain('dial tcp 10.0.0.10:2379: i/o timeout');
    expect(world.host.consoleOf(id).at(-1)).toBe('SLIP-BOOT-FAIL kubeadm');
  });
});

/** A token of the cluster that no machine has. */
async function anotherToken(world: MachineWorld): Promise<string> {
  const secret = new Secret('0123456789abcdef');
  const expiresAt = toInstant(world.clock.wallNow() + 3_600_000);
  expectOk(await (await world.api()).putJoinToken({ id: 'abcdef', secret, expiresAt }));
  return 'abcdef.0123456789abcdef';
}
