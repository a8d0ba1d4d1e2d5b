import { describe, expect, test } from '@jest/globals';
import { aBoot, aBootOrder, BOOT_CLUSTER } from '../../../test/builders/boot.ts';
import { fail } from '../../domain/errors.ts';
import { parseKubeconfig } from '../../kube/kubeconfig.ts';

const WORKER = aBootOrder();
const FIRST = aBootOrder({ kind: 'init', pool: 'control-plane' });
const SECOND = aBootOrder({ kind: 'join-control-plane', pool: 'control-plane', index: 1 });
const out = (code: 'NotFound' | 'Unavailable' | 'Unauthorized') => async () =>
  fail({ code, message: code, source: 'test' });

async function withKeys(more: Parameters<typeof aBoot>[0] = {}) {
  const under = aBoot(more);
  await under.boot.ensurePki();
  return under;
}

describe('[A4] before a machine is launched', () => {
  test('a worker gets a token in the cluster, and no files', async () => {
    const { boot, tokens, files } = await withKeys();
    const prepared = await boot.prepare(WORKER);
    expect([...tokens.values()]).toEqual(['2026-11-20T12:30:00.000Z']);
    const [id = ''] = tokens.keys();
    expect(prepared.ok && prepared.value).toContain(`token: ${id}.`);
    expect(files.size).toBe(0);
  });

  test('the first machine gets files and asks nothing of a cluster that is not there', async () => {
    const { boot, files } = await withKeys({ workload: out('NotFound') });
    expect(await boot.prepare(FIRST)).toMatchObject({ ok: true });
    expect([...files.keys()]).toEqual(['control-plane-0-1']);
    expect(Object.keys(JSON.parse(files.get('control-plane-0-1')?.reveal() ?? ''))).toEqual([
      '/etc/kubernetes/pki/ca.crt',
      '/etc/kubernetes/pki/ca.key',
      '/etc/kubernetes/pki/etcd/ca.crt',
      '/etc/kubernetes/pki/etcd/ca.key',
      '/etc/kubernetes/pki/front-proxy-ca.crt',
      '/etc/kubernetes/pki/front-proxy-ca.key',
      '/etc/kubernetes/pki/sa.pub',
      '/etc/kubernetes/pki/sa.key',
      '/etc/kubernetes/encryption.yaml',
    ]);
  });

  test('another control-plane machine gets both', async () => {
    const { boot, files, tokens } = await withKeys();
    expect(await boot.prepare(SECOND)).toMatchObject({ ok: true });
    expect([files.size, tokens.size]).toEqual([1, 1]);
  });

  test('asking twice gives the very same bytes, also an hour later', async () => {
    const under = await withKeys();
    const once = await under.boot.prepare(SECOND);
    under.nowMs += 3_600_000;
    expect(await under.boot.prepare(SECOND)).toEqual(once);
    const other = await under.boot.prepare({ ...SECOND, attempt: 2 });
    expect(other.ok && other.value).not.toBe(once.ok && once.value);
  });

  test('without keys there is nothing to boot with', async () => {
    const { boot } = aBoot();
    expect(await boot.hasPki()).toBe(false);
    expect(await boot.prepare(WORKER)).toMatchObject({ ok: false, error: { code: 'NotFound' } });
  });

  test('what does not fit into user data is refused with the reason', async () => {
    const { boot } = await withKeys();
    const labels = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`label-${i}`, 'x'.repeat(40)]));
    expect(await boot.prepare({ ...WORKER, labels })).toMatchObject({
      ok: false,
      error: { code: 'InvalidRequest', hint: expect.stringContaining('fewer or shorter labels') },
    });
  });
});

describe('a join that takes its time', () => {
  test('has its token extended', async () => {
    const under = await withKeys();
    await under.boot.prepare(WORKER);
    under.nowMs += 10 * 60_000;
    await under.boot.extend(WORKER);
    expect([...under.tokens.values()]).toEqual(['2026-11-20T12:40:00.000Z']);
  });
});

describe('[A6] after the join', () => {
  test('nothing of what was put in place is left', async () => {
    const { boot, files, tokens } = await withKeys();
    await boot.prepare(SECOND);
    expect(await boot.withdraw(SECOND, 'control-plane')).toEqual({ ok: true, value: undefined });
    expect([files.size, tokens.size]).toEqual([0, 0]);
    expect(await boot.withdraw(SECOND, 'control-plane')).toEqual({ ok: true, value: undefined });
  });

  test.each(['NotFound', 'Unavailable'] as const)(
    'a cluster that is %s keeps nobody waiting: the token ends by itself',
    async (code) => {
      const { boot, files } = await withKeys({ workload: out(code) });
      await boot.prepare(FIRST);
      expect(await boot.withdraw(FIRST, 'control-plane')).toEqual({ ok: true, value: undefined });
      expect(files.size).toBe(0);
    },
  );

  test('of a worker it is the token alone: it has no files', async () => {
    const { boot, tokens } = await withKeys({
      bootSecrets: { put: out('Unavailable'), remove: out('Unavailable'), fetchScript: () => '' },
    });
    await boot.prepare(WORKER);
    expect(await boot.withdraw(WORKER, 'worker')).toEqual({ ok: true, value: undefined });
    expect(tokens.size).toBe(0);
  });

  test('a refusal is told', async () => {
    const { boot } = await withKeys({ workload: out('Unauthorized') });
    expect(await boot.withdraw(FIRST, 'control-plane')).toMatchObject({
      ok: false,
      error: { code: 'Unauthorized' },
    });
  });

  test('files that could not be removed are told', async () => {
    const { boot } = await withKeys({
      bootSecrets: { put: out('Unavailable'), remove: out('Unavailable'), fetchScript: () => '' },
    });
    expect(await boot.withdraw(FIRST, 'control-plane')).toMatchObject({
      ok: false,
      error: { code: 'Unavailable' },
    });
  });
});

test('the keys of a cluster end with it', async () => {
  const { boot, secrets } = await withKeys();
  expect(await boot.hasPki()).toBe(true);
  await boot.forget();
  expect(secrets.values.has(`pki-${BOOT_CLUSTER}`)).toBe(false);
  expect(await boot.adminKubeconfig('h:6443', 1, 'people')).toMatchObject({ error: { code: 'NotFound' } });
});

test("admins come in with a certificate of the cluster's own authority", async () => {
  const { boot } = await withKeys();
  const kubeconfig = await boot.adminKubeconfig('api.example:6443', 3_600_000, 'people');
  expect(kubeconfig.ok && parseKubeconfig(kubeconfig.value)).toMatchObject({ ok: true });
});
