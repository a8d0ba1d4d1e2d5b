import { describe, expect, test } from '@jest/globals';
import { type CallGuard, type CloudCall, PassDeadlineError } from '../clouds/port.ts';
import { Secret } from '../domain/secret.ts';
import { etcdThrough } from './etcd.ts';
import type { KubeExecAnswer, KubeTransport } from './transport.ts';

const SUCCESS = '{"metadata":{},"status":"Success"}';
const exit = (code: number) =>
  JSON.stringify({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  });
const said = (stdout: string, outcome = SUCCESS): KubeExecAnswer => ({
  kind: 'ran',
  stdout,
  stderr: '',
  outcome,
});
const complained = (stderr: string): KubeExecAnswer => ({
  kind: 'ran',
  stdout: '',
  stderr,
  outcome: exit(1),
});

/** Ids as etcd really has them: neither fits a JavaScript number. */
const MEMBERS =
  '{"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"raft_term":2},"members":[' +
  '{"ID":10276657743932975437,"name":"cp-0","peerURLs":["https://10.0.0.1:2380"],"clientURLs":["https://10.0.0.1:2379"]},' +
  '{"ID":18446744073709551615,"name":"cp-1","peerURLs":["https://10.0.0.2:2380"],"clientURLs":["https://10.0.0.2:2379"]},' +
  '{"ID":7,"peerURLs":["https://10.0.0.3:2380"],"isLearner":true}]}';
const STATUS =
  '[{"Endpoint":"https://127.0.0.1:2379","Status":{"version":"3.5.21","leader":18446744073709551615}}]';
const HEALTH =
  '[{"endpoint":"https://10.0.0.1:2379","health":true,"took":"5ms"},' +
  '{"endpoint":"https://10.0.0.2:2379","health":false,"took":"5s","error":"context deadline exceeded"}]';

interface Answers {
  readonly list?: KubeExecAnswer;
  readonly status?: KubeExecAnswer;
  readonly health?: KubeExecAnswer;
  readonly other?: KubeExecAnswer;
}

function setUp(answers: Answers = {}, guard?: CallGuard) {
  const asked: URL[] = [];
  const transport: KubeTransport = Object.assign(
    () => Promise.reject(new Error('only programs are run here')),
    {
      exec: async (address: string) => {
        const url = new URL(address);
        asked.push(url);
        const words = url.searchParams.getAll('command').join(' ');
        if (words.includes('member list')) return answers.list ?? said(MEMBERS);
        if (words.includes('endpoint status')) return answers.status ?? said(STATUS);
        if (words.includes('endpoint health')) return answers.health ?? said(HEALTH, exit(1));
        return answers.other ?? said('');
      },
    },
  );
  const access = { server: new URL('https://api.example:6443'), token: new Secret('canary-token') };
  const etcd = etcdThrough({
    access,
    transport,
    timeoutMs: 1_000,
    ...(guard === undefined ? {} : { guard }),
  });
  return { etcd, asked };
}

describe('members of etcd', () => {
  test('are those of the list, with ids as its command line takes them', async () => {
    expect(await setUp().etcd.members('cp-0')).toEqual({
      ok: true,
      value: [
        { id: '8e9e05c52164694d', name: 'cp-0', started: true, learner: false, leader: false, healthy: true },
        { id: 'ffffffffffffffff', name: 'cp-1', started: true, learner: false, leader: true, healthy: false },
        { id: '7', name: '', started: false, learner: true, leader: false, healthy: false },
      ],
    });
  });

  test('are asked for in the etcd pod of the node, with the certificates that are there', async () => {
    const { etcd, asked } = setUp();
    await etcd.members('ip-10-0-0-1.internal');
    const [first] = asked;
    expect(first?.pathname).toBe('/api/v1/namespaces/kube-system/pods/etcd-ip-10-0-0-1.internal/exec');
    expect(first?.searchParams.get('container')).toBe('etcd');
    expect(first?.searchParams.getAll('command')).toEqual([
      'etcdctl',
      '--endpoints=https://127.0.0.1:2379',
      '--cacert=/etc/kubernetes/pki/etcd/ca.crt',
      '--cert=/etc/kubernetes/pki/etcd/server.crt',
      '--key=/etc/kubernetes/pki/etcd/server.key',
      'member',
      'list',
      '--write-out=json',
    ]);
  });

  test.each([
    ['no JSON', 'panic: canary'],
    ['another shape', '{"members":[{"ID":"../../x"}]}'],
    ['a negative id', '{"members":[{"ID":-1}]}'],
    ['a broken id', '{"members":[{"ID":1.5}]}'],
  ])('that are %s are not believed', async (_name, stdout) => {
    expect(await setUp({ list: said(stdout) }).etcd.members('cp-0')).toMatchObject({
      ok: false,
      error: { code: 'Unknown', source: 'kube:etcd.memberList:UnexpectedAnswer' },
    });
  });

  test('cannot be listed without a quorum, and etcd says so', async () => {
    const list = complained('{"level":"warn","error":"rpc error: context deadline exceeded"}\nError: late');
    expect(await setUp({ list }).etcd.members('cp-0')).toEqual({
      ok: false,
      error: {
        code: 'Unavailable',
        message: 'etcd: rpc error: context deadline exceeded',
        source: 'kube:etcd.memberList:Exit1',
      },
    });
  });

  test('of a pod that is gone are not found', async () => {
    const body = JSON.stringify({ kind: 'Status', reason: 'NotFound', message: 'pods "etcd-x" not found' });
    const answer = new Response(body, { status: 404 });
    expect(await setUp({ list: { kind: 'refused', answer } }).etcd.members('x')).toMatchObject({
      error: {
        code: 'NotFound',
        message: 'pods "etcd-x" not found',
        source: 'kube:etcd.memberList:NotFound',
      },
    });
  });

  test('of a container that died are asked for again', async () => {
    const outcome = JSON.stringify({
      status: 'Failure',
      reason: 'InternalError',
      message: 'no container canary-token',
    });
    expect(await setUp({ list: said('', outcome) }).etcd.members('cp-0')).toMatchObject({
      error: { code: 'Unavailable', message: 'no container [redacted]' },
    });
  });

  test('that say too much, or not how they ended, are not believed', async () => {
    expect(await setUp({ list: { kind: 'too-large' } }).etcd.members('cp-0')).toMatchObject({
      error: { code: 'Unknown' },
    });
    expect(await setUp({ list: said(MEMBERS, 'gibberish') }).etcd.members('cp-0')).toMatchObject({
      error: { code: 'Unknown' },
    });
  });
});

describe('changes of etcd', () => {
  test('name the member by its hexadecimal id', async () => {
    const { etcd, asked } = setUp();
    expect(await etcd.remove('cp-0', 'ffffffffffffffff')).toEqual({ ok: true, value: undefined });
    expect(await etcd.moveLeader('cp-1', '8e9e05c52164694d')).toEqual({ ok: true, value: undefined });
    expect(asked.map((url) => url.searchParams.getAll('command').slice(5))).toEqual([
      ['member', 'remove', 'ffffffffffffffff'],
      ['move-leader', '8e9e05c52164694d'],
    ]);
  });

  test('a member that is gone already is removed', async () => {
    const other = complained('Error: etcdserver: member not found');
    expect(await setUp({ other }).etcd.remove('cp-0', '7')).toEqual({ ok: true, value: undefined });
    expect(await setUp({ other }).etcd.moveLeader('cp-0', '7')).toMatchObject({
      error: { message: 'etcd: etcdserver: member not found' },
    });
  });

  test('are saved before on the disk of the node, in one place', async () => {
    const { etcd, asked } = setUp();
    const file = '/var/lib/etcd/before-growth.db';
    expect(await etcd.save('cp-0')).toEqual({ ok: true, value: file });
    expect(asked[0]?.pathname).toBe('/api/v1/namespaces/kube-system/pods/etcd-cp-0/exec');
    expect(asked[0]?.searchParams.getAll('command').slice(5)).toEqual(['snapshot', 'save', file]);
    const other = complained(
      '{"level":"info","msg":"created temporary db file"}\nError: no space left on device',
    );
    expect(await setUp({ other }).etcd.save('cp-0')).toEqual({
      ok: false,
      error: {
        code: 'Unavailable',
        message: 'etcd: no space left on device',
        source: 'kube:etcd.snapshotSave:Exit1',
      },
    });
  });

  test('are refused after the deadline of the pass, reading is not', async () => {
    const calls: CloudCall[] = [];
    const guard: CallGuard = {
      admit: (call) => {
        calls.push(call);
        return call.verb === 'write' ? { why: 'deadline' } : undefined;
      },
      settled: () => {},
    };
    const { etcd, asked } = setUp({}, guard);
    await expect(etcd.remove('cp-0', '7')).rejects.toThrow(PassDeadlineError);
    await expect(etcd.moveLeader('cp-0', '7')).rejects.toThrow(PassDeadlineError);
    await expect(etcd.save('cp-0')).rejects.toThrow(PassDeadlineError);
    expect(asked).toEqual([]);
    expect(await etcd.members('cp-0')).toMatchObject({ ok: true });
    expect(new Set(calls.map(({ family }) => family))).toEqual(new Set(['kubernetes:api.example:6443']));
  });

  test('whose answer was lost may have happened', async () => {
    const lost: KubeTransport = Object.assign(() => Promise.reject(new Error('only programs are run here')), {
      exec: () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    });
    const access = { server: new URL('https://api.example:6443') };
    const etcd = etcdThrough({ access, transport: lost, timeoutMs: 1_000 });
    expect(await etcd.remove('cp-0', '7')).toMatchObject({
      error: { code: 'Unavailable', outcomeUnknown: true },
    });
  });

  test('a transport that runs no programs is broken wiring', async () => {
    const etcd = etcdThrough({
      access: { server: new URL('https://api.example:6443') },
      transport: () => Promise.reject(new Error('only programs are run here')),
      timeoutMs: 1_000,
    });
    await expect(etcd.members('cp-0')).rejects.toThrow('the transport runs no programs');
  });
});
