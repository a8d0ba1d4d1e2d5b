import { describe, expect, test } from '@jest/globals';
import { elected, hasQuorum, movedLeader, promoted, removed, started, withLearner } from './etcd.ts';
import { etcdctl } from './etcdctl.ts';
import type { EtcdCluster, EtcdMember } from './machine-records.ts';

/** `a`: a voter, `A`: a learner, `(a)`: not started. */
function etcdOf(letters: string): EtcdCluster {
  const members = [...letters.matchAll(/\((\w)\)|(\w)/g)].map(([, unstarted, letter]): EtcdMember => {
    const id = (unstarted ?? letter ?? '').toLowerCase();
    const isLearner = id !== (unstarted ?? letter);
    return {
      id,
      instanceId: `i-${id}`,
      name: unstarted ? '' : `node-${id}`,
      address: `10.0.0.${id}`,
      learner: isLearner,
    };
  });
  return { id: 'c1', term: 2, leader: 'a', members };
}

const alive = (letters: string) => (member: EtcdMember) => letters.includes(member.id) && member.name !== '';
const idsOf = (etcd: EtcdCluster) => etcd.members.map(({ id }) => id).join('');

test.each([
  ['a', 'a', true],
  ['ab', 'a', false],
  ['abc', 'bc', true],
  ['abc', 'c', false],
  ['abcde', 'abc', true],
  ['aB', 'a', true],
])('of %s with %s alive there is a quorum: %s', (members, living, quorum) => {
  expect(hasQuorum(etcdOf(members), alive(living))).toBe(quorum);
});

test.each([
  ['a', 'a', 'a', 'etcdserver: re-configuration failed due to not enough started members'],
  ['ab', 'ab', 'b', undefined],
  ['abc', 'abc', 'c', undefined],
  ['abc', 'ab', 'c', undefined],
  ['abc', 'ab', 'b', 'etcdserver: unhealthy cluster'],
  ['abc', 'a', 'c', 'etcdserver: request timed out'],
  ['a(b)', 'a', 'b', 'etcdserver: request timed out'],
  ['ab(c)', 'ab', 'b', 'etcdserver: re-configuration failed due to not enough started members'],
  ['aB', 'a', 'b', undefined],
  ['abc', 'abc', 'd', 'etcdserver: member not found'],
])('of %s with %s alive %s is removed, unless: %s', (members, living, id, error) => {
  const result = removed(etcdOf(members), alive(living), id);
  expect(result.ok ? undefined : result.error).toBe(error);
  if (result.ok) expect(idsOf(result.etcd)).toBe(idsOf(etcdOf(members)).replace(id, ''));
});

const JOINING: EtcdMember = { id: 'd', instanceId: 'i-d', name: '', address: '10.0.0.d', learner: true };

test.each([
  ['abc', 'abc', undefined],
  ['abc', 'ab', 'etcdserver: unhealthy cluster'],
  ['abC', 'abc', 'etcdserver: too many learner members in cluster'],
  ['abcd', 'abcd', 'etcdserver: Peer URLs already exists'],
  ['abc', 'a', 'etcdserver: request timed out'],
])('to %s with %s alive a learner is added, unless: %s', (members, living, error) => {
  const result = withLearner(etcdOf(members), alive(living), JOINING);
  expect(result.ok ? undefined : result.error).toBe(error);
});

test('a learner is promoted once it has started', () => {
  const living = alive('ab');
  expect(promoted(etcdOf('a(B)'), living, 'b')).toMatchObject({ ok: false });
  const result = promoted(started(etcdOf('a(B)'), 'b', 'node-b'), living, 'b');
  expect(result.ok && result.etcd.members[1]).toMatchObject({ name: 'node-b', learner: false });
  expect(promoted(etcdOf('a'), living, 'b')).toEqual({ ok: false, error: 'etcdserver: member not found' });
});

test('a dead leader is followed by a living voter in a new term', () => {
  expect(elected(etcdOf('abc'), alive('bc'))).toMatchObject({ leader: 'b', term: 3 });
  expect(elected(etcdOf('abc'), alive('abc'))).toMatchObject({ leader: 'a', term: 2 });
  expect(elected(etcdOf('abc'), alive('c'))).toMatchObject({ leader: 'a', term: 2 });
});

test('the lead goes to voters that are alive only', () => {
  expect(movedLeader(etcdOf('abC'), alive('abc'), 'c')).toMatchObject({
    error: 'etcdserver: bad leader transferee',
  });
  expect(movedLeader(etcdOf('abc'), alive('ab'), 'c')).toMatchObject({ ok: false });
  expect(movedLeader(etcdOf('abc'), alive('abc'), 'c')).toMatchObject({ etcd: { leader: 'c' } });
});

describe('etcdctl', () => {
  const BIG = 'fedcba9876543210';
  const CERTIFICATE = [
    '--cacert=/etc/kubernetes/pki/etcd/ca.crt',
    '--cert=/etc/kubernetes/pki/etcd/server.crt',
    '--key=/etc/kubernetes/pki/etcd/server.key',
  ];
  const members: readonly EtcdMember[] = [
    { id: BIG, instanceId: 'i-1', name: 'node-1', address: '10.0.0.1', learner: false },
    { id: 'b', instanceId: 'i-2', name: '', address: '10.0.0.2', learner: true },
  ];
  const etcd: EtcdCluster = { id: 'c1', term: 2, leader: BIG, members };

  function run(words: string, state = etcd, living: readonly string[] = ['i-1'], files = CERTIFICATE) {
    const kept: EtcdCluster[] = [];
    const [self] = state.members;
    if (self === undefined) throw new Error('no member');
    const isAlive = ({ instanceId }: EtcdMember) => living.includes(instanceId);
    const host = { etcd: state, self, isAlive, keep: (next: EtcdCluster) => kept.push(next) };
    return { ...etcdctl(host, [...files, ...words.split(' ')]), kept };
  }

  test('writes ids as the 64-bit numbers that they are, and leaves zero values out', () => {
    expect(run('member list -w json').stdout).toBe(
      '{"header":{"cluster_id":193,"member_id":18364758544493064720,"raft_term":2},"members":[' +
        '{"ID":18364758544493064720,"name":"node-1","peerURLs":["https://10.0.0.1:2380"],"clientURLs":["https://10.0.0.1:2379"]},' +
        '{"ID":11,"peerURLs":["https://10.0.0.2:2380"],"isLearner":true}]}\n',
    );
    expect(run('member list --write-out json --hex').stdout).toContain(`"ID":"${BIG}","name":"node-1"`);
    expect(run('member list').stdout).toBe(
      `${BIG}, started, node-1, https://10.0.0.1:2380, https://10.0.0.1:2379, false\n` +
        'b, unstarted, , https://10.0.0.2:2380, , true\n',
    );
  });

  test('tells the leader, and who is healthy', () => {
    expect(JSON.parse(run('endpoint status -w json').stdout)).toMatchObject([
      { Endpoint: '127.0.0.1:2379', Status: { version: '3.5.21', raftTerm: 2 } },
    ]);
    expect(run('endpoint status --write-out=json').stdout).toContain('"leader":18364758544493064720');
    expect(JSON.parse(run('endpoint health --cluster -w json').stdout)).toEqual([
      { endpoint: 'https://10.0.0.1:2379', health: true, took: '9.541ms' },
    ]);
  });

  test('fails for endpoints that do not answer, and names the others all the same', () => {
    const two = { ...etcd, members: members.map((member) => ({ ...member, name: `node-${member.id}` })) };
    const health = run('endpoint health --cluster -w json', two);
    expect(health).toMatchObject({ exitCode: 1, stderr: 'Error: unhealthy cluster\n' });
    expect(JSON.parse(health.stdout)).toMatchObject([
      { health: true },
      { health: false, error: 'context deadline exceeded' },
    ]);
    const status = run('endpoint status --cluster -w json', two);
    expect(status).toMatchObject({ exitCode: 1 });
    expect(status.stderr).toContain('Failed to get the status of endpoint https://10.0.0.2:2379');
    expect(JSON.parse(status.stdout)).toHaveLength(1);
  });

  test('says what it did to members', () => {
    const result = run('member remove b');
    expect(result.stdout).toBe('Member                b removed from cluster               c1\n');
    expect(result.kept.map(idsOf)).toEqual([BIG]);
    const refused = run(`member remove ${BIG}`);
    expect(refused).toMatchObject({ exitCode: 1, kept: [] });
    expect(refused.stderr).toContain(
      'Error: etcdserver: re-configuration failed due to not enough started members',
    );
    expect(run('member remove 11111').stderr).toContain('Error: etcdserver: member not found');
    expect(run('member remove node-1').stderr).toContain('expecting ID in Hex');
  });

  test('asks only its leader to hand the lead over', () => {
    const other = { id: 'b', instanceId: 'i-2', name: 'node-2', address: '10.0.0.2', learner: false };
    const state = { ...etcd, members: [members[0] ?? other, other] };
    expect(run('move-leader b', state, ['i-1', 'i-2'])).toMatchObject({
      exitCode: 0,
      stdout: `Leadership transferred from ${BIG} to b\n`,
      kept: [{ leader: 'b', term: 3 }],
    });
    const elsewhere = run(`move-leader ${BIG}`, { ...state, leader: 'b' }, ['i-1', 'i-2']);
    expect(elsewhere.stderr).toBe('Error: no leader endpoint given at [127.0.0.1:2379]\n');
  });

  test('saves a snapshot where its node keeps it, also without a quorum', () => {
    const file = '/var/lib/etcd/now.db';
    const saved = run(`snapshot save ${file}`);
    expect(saved).toMatchObject({ stdout: `Snapshot saved at ${file}\n`, stderr: '', exitCode: 0 });
    expect(saved.kept.map((kept) => kept.members[0]?.snapshots)).toEqual([[file]]);
    const again = run(`snapshot save ${file}`, saved.kept[0]);
    expect(again.kept.map((kept) => kept.members[0]?.snapshots)).toEqual([[file]]);
    const dead = { id: 'b', instanceId: 'i-2', name: 'node-2', address: '10.0.0.2', learner: false };
    const ill = { ...etcd, members: [members[0] ?? dead, dead] };
    expect(run('member list', ill).exitCode).toBe(1);
    expect(run(`snapshot save ${file}`, ill).exitCode).toBe(0);
  });

  test('saves a snapshot that ends with the pod, and says nothing about it', () => {
    expect(run('snapshot save /tmp/now.db')).toMatchObject({ exitCode: 0, kept: [] });
    expect(run('snapshot save now.db')).toMatchObject({ exitCode: 0, kept: [] });
  });

  test.each([
    ['without a file', 'snapshot save', 128, 'Error: snapshot save expects one argument'],
    ['in two files', 'snapshot save /tmp/a /tmp/b', 128, 'Error: snapshot save expects one argument'],
    [
      'of two members',
      'snapshot save /tmp/a --endpoints=10.0.0.1:2379,10.0.0.2:2379',
      5,
      'Error: snapshot must be requested to one selected node, not multiple [10.0.0.1:2379 10.0.0.2:2379]',
    ],
    ['of all members', 'snapshot save /tmp/a --cluster', 1, 'Error: unknown flag: --cluster'],
    [
      'of a member that does not answer',
      'snapshot save /tmp/a --endpoints=10.0.0.9:2379',
      5,
      'Error: context deadline exceeded',
    ],
    [
      'in a folder that is not there',
      'snapshot save /var/backups/a.db',
      5,
      'Error: could not open /var/backups/a.db.part (open /var/backups/a.db.part: no such file or directory)',
    ],
  ])('saves no snapshot %s', (_how, words, exitCode, stderr) => {
    expect(run(words)).toEqual({ stdout: '', stderr: `${stderr}\n`, exitCode, kept: [] });
  });

  test('knows no alarm, other commands or connections without a certificate', () => {
    expect(run('alarm list')).toMatchObject({ stdout: '', exitCode: 0 });
    expect(run('alarm list -w json').stdout).toContain('{"header":{"cluster_id":193');
    expect(run('auth enable').stderr).toBe('Error: unknown command "auth" for "etcdctl"\n');
    expect(run('member list --nonsense').stderr).toBe('Error: unknown flag\n');
    expect(run('member list', etcd, ['i-1'], [])).toMatchObject({ exitCode: 1 });
    expect(run('member list', etcd, [])).toMatchObject({ exitCode: 1 });
  });
});
