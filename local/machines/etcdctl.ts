/**
 * The few commands of etcdctl that a control plane of ours uses, run on one node, with etcdctl's own output. Ids are
 * unsigned 64-bit numbers: decimal in JSON, beyond what JavaScript's numbers hold, so the JSON is written by hand.
 * Source: https://github.com/etcd-io/etcd/tree/main/etcdctl
 */
import { posix as path } from 'node:path';
import type { ProgramResult } from '../kube/port.ts';
import { hasQuorum, type IsAlive, type Membership, movedLeader, removed } from './etcd.ts';
import { type EtcdctlCall, readCall } from './etcdctl-words.ts';
import type { EtcdCluster, EtcdMember } from './machine-records.ts';

export interface EtcdctlHost {
  readonly etcd: EtcdCluster;
  /** The member that runs beside the program. */
  readonly self: EtcdMember;
  readonly isAlive: IsAlive;
  keep(etcd: EtcdCluster): void;
}

const VERSION = '3.5.21';
const TIMED_OUT = 'context deadline exceeded';

export function etcdctl(host: EtcdctlHost, args: readonly string[]): ProgramResult {
  const call = readCall(args);
  if (call === undefined) return failed('Error: unknown flag');
  if (!call.hasCertificate) return failed(`Error: ${TIMED_OUT}`);
  const [noun = '', verb = ''] = call.words;
  switch (`${noun} ${verb}`) {
    case 'member list':
      return listMembers(host, call);
    case 'endpoint status':
      return endpointStatus(host, call);
    case 'endpoint health':
      return endpointHealth(host, call);
    case 'alarm list':
      return said(call.json ? `{"header":${header(host)}}` : '');
    case 'member remove':
      return removeMember(host, call);
    case 'snapshot save':
      return saveSnapshot(host, call);
    default:
      return noun === 'move-leader'
        ? moveLeader(host, call)
        : failed(`Error: unknown command "${noun}" for "etcdctl"`);
  }
}

const said = (stdout: string): ProgramResult => ({
  stdout: stdout === '' ? '' : `${stdout}\n`,
  stderr: '',
  exitCode: 0,
});
const failed = (stderr: string, stdout = '', exitCode = 1): ProgramResult => ({
  stdout,
  stderr: `${stderr}\n`,
  exitCode,
});

const decimal = (id: string): string => BigInt(`0x${id}`).toString();
const clientUrl = ({ address }: EtcdMember): string => `https://${address}:2379`;
const peerUrl = ({ address }: EtcdMember): string => `https://${address}:2380`;
const text = (value: unknown): string => JSON.stringify(value);

const header = ({ etcd, self }: EtcdctlHost): string =>
  `{"cluster_id":${decimal(etcd.id)},"member_id":${decimal(self.id)},"raft_term":${etcd.term}}`;

/** Linearizable, as by default: it needs a quorum. */
function listMembers(host: EtcdctlHost, { json, hex }: EtcdctlCall): ProgramResult {
  const { etcd, isAlive } = host;
  if (!hasQuorum(etcd, isAlive)) return failed(refusalOf(TIMED_OUT));
  if (!json) return said(etcd.members.map(listed).join('\n'));
  const list = (one: (member: EtcdMember) => string) => `"members":[${etcd.members.map(one).join(',')}]`;
  return said(
    hex ? `{"header":${hexHeader(host)},${list(hexMember)}}` : `{"header":${header(host)},${list(member)}}`,
  );
}

const listed = (one: EtcdMember): string =>
  [
    one.id,
    one.name === '' ? 'unstarted' : 'started',
    one.name,
    peerUrl(one),
    one.name === '' ? '' : clientUrl(one),
    String(one.learner),
  ].join(', ');

/** Zero values are left out. */
function member(one: EtcdMember): string {
  const isStarted = one.name !== '';
  return [
    `{"ID":${decimal(one.id)}`,
    ...(isStarted ? [`"name":${text(one.name)}`] : []),
    `"peerURLs":${text([peerUrl(one)])}`,
    ...(isStarted ? [`"clientURLs":${text([clientUrl(one)])}`] : []),
    ...(one.learner ? ['"isLearner":true'] : []),
  ]
    .join(',')
    .concat('}');
}

/** With `--hex` every field is printed. */
function hexMember(one: EtcdMember): string {
  const clients = one.name === '' ? 'null' : text([clientUrl(one)]);
  return `{"ID":"${one.id}","name":${text(one.name)},"peerURLs":${text([peerUrl(one)])},"clientURLs":${clients},"isLearner":${one.learner}}`;
}

const hexHeader = ({ etcd, self }: EtcdctlHost): string =>
  `{"cluster_id":"${etcd.id}","member_id":"${self.id}","raft_term":${etcd.term.toString(16)}}`;

interface Endpoint {
  readonly url: string;
  /** Absent: nobody answers there. */
  readonly member?: EtcdMember;
}

function endpointsOf(
  { etcd, self, isAlive }: EtcdctlHost,
  { cluster, endpoints }: EtcdctlCall,
): readonly Endpoint[] {
  const urls = cluster ? etcd.members.filter(({ name }) => name !== '').map(clientUrl) : endpoints;
  return urls.map((url) => {
    const address = url.replace(/^https:\/\//, '').replace(/:\d+$/, '');
    const isLocal = address === '127.0.0.1' || address === 'localhost';
    const found = isLocal ? self : etcd.members.find((candidate) => candidate.address === address);
    return found !== undefined && isAlive(found) ? { url, member: found } : { url };
  });
}

function endpointStatus(host: EtcdctlHost, call: EtcdctlCall): ProgramResult {
  const endpoints = endpointsOf(host, call);
  const silent = endpoints.filter((endpoint) => endpoint.member === undefined);
  const statuses = endpoints.flatMap(({ url, member: one }) =>
    one === undefined ? [] : [status(host, url, one)],
  );
  const stdout = `[${statuses.join(',')}]\n`;
  const stderr = silent.map(({ url }) => `Failed to get the status of endpoint ${url} (${TIMED_OUT})`);
  return silent.length === 0 ? { stdout, stderr: '', exitCode: 0 } : failed(stderr.join('\n'), stdout);
}

/** It asks no other member, so it works without a quorum, and then names no leader. */
function status(host: EtcdctlHost, url: string, one: EtcdMember): string {
  const { etcd, isAlive } = host;
  const leads = hasQuorum(etcd, isAlive);
  const learner = one.learner ? ',"isLearner":true' : '';
  const head = header({ ...host, self: one }).replace('"raft_term"', '"revision":1,"raft_term"');
  return (
    `{"Endpoint":${text(url)},"Status":{"header":${head},"version":"${VERSION}","dbSize":20480,` +
    `${leads ? `"leader":${decimal(etcd.leader)},` : ''}"raftIndex":8,"raftTerm":${etcd.term},"raftAppliedIndex":8` +
    `${leads ? '' : ',"errors":["etcdserver: no leader"]'},"dbSizeInUse":16384${learner}}}`
  );
}

/** It commits a proposal, so it needs a quorum, and learners refuse it. */
function endpointHealth(host: EtcdctlHost, call: EtcdctlCall): ProgramResult {
  const quorum = hasQuorum(host.etcd, host.isAlive);
  const healths = endpointsOf(host, call).map(({ url, member: one }) => {
    const error = one?.learner
      ? 'rpc error: code = Unavailable desc = etcdserver: rpc not supported for learner'
      : TIMED_OUT;
    const health = quorum && one !== undefined && !one.learner;
    return { endpoint: url, health, took: health ? '9.541ms' : '5.001s', ...(health ? {} : { error }) };
  });
  const lines = healths.map(({ endpoint, health }) => `${endpoint} is ${health ? 'healthy' : 'unhealthy'}`);
  const stdout = `${call.json ? text(healths) : lines.join('\n')}\n`;
  const isHealthy = healths.every(({ health }) => health);
  return isHealthy ? { stdout, stderr: '', exitCode: 0 } : failed('Error: unhealthy cluster', stdout);
}

function removeMember(host: EtcdctlHost, { words, json }: EtcdctlCall): ProgramResult {
  const id = idOf(words[2]);
  if (id === undefined)
    return failed(
      `Error: bad member ID arg (strconv.ParseUint: parsing "${words[2] ?? ''}": invalid syntax), expecting ID in Hex`,
    );
  const result = applied(host, removed(host.etcd, host.isAlive, id));
  if (result !== undefined) return result;
  return said(
    json
      ? `{"header":${header(host)}}`
      : `Member ${id.padStart(16, ' ')} removed from cluster ${host.etcd.id.padStart(16, ' ')}`,
  );
}

function moveLeader(host: EtcdctlHost, call: EtcdctlCall): ProgramResult {
  const id = idOf(call.words[1]);
  if (id === undefined)
    return failed(`Error: strconv.ParseUint: parsing "${call.words[1] ?? ''}": invalid syntax`);
  const asked = endpointsOf(host, call);
  if (
    !hasQuorum(host.etcd, host.isAlive) ||
    !asked.some((endpoint) => endpoint.member?.id === host.etcd.leader)
  ) {
    return failed(`Error: no leader endpoint given at [${call.endpoints.join(' ')}]`);
  }
  const from = host.etcd.leader;
  return (
    applied(host, movedLeader(host.etcd, host.isAlive, id)) ??
    said(`Leadership transferred from ${from} to ${id}`)
  );
}

/** Exit codes of etcdctl: pkg/cobrautl. */
const INTERRUPTED = 5;
const BAD_ARGUMENTS = 128;
/** What the etcd pod of kubeadm mounts of its node; all else in it ends with the pod. */
const OF_THE_NODE = ['/var/lib/etcd', '/etc/kubernetes/pki/etcd'];
/** What else is there in an image without a shell. */
const OF_THE_IMAGE = ['/', '/tmp'];

/** The member answers by itself: it needs no quorum, and a learner may be asked, too. */
function saveSnapshot(host: EtcdctlHost, call: EtcdctlCall): ProgramResult {
  const [, , given, ...more] = call.words;
  const refused = (why: string) => failed(`Error: ${why}`, '', INTERRUPTED);
  if (call.cluster) return failed('Error: unknown flag: --cluster');
  if (given === undefined || more.length > 0)
    return failed('Error: snapshot save expects one argument', '', BAD_ARGUMENTS);
  const [endpoint, ...others] = call.endpoints;
  if (endpoint === undefined || others.length > 0)
    return refused(
      `snapshot must be requested to one selected node, not multiple [${call.endpoints.join(' ')}]`,
    );
  const file = path.resolve('/', given);
  const directory = path.dirname(file);
  const isKept = OF_THE_NODE.includes(directory);
  if (!isKept && !OF_THE_IMAGE.includes(directory))
    return refused(`could not open ${given}.part (open ${given}.part: no such file or directory)`);
  if (endpointsOf(host, call).some(({ member: one }) => one === undefined)) return refused(TIMED_OUT);
  if (isKept) host.keep(withFile(host, file));
  return said(`Snapshot saved at ${given}`);
}

/** It is written aside and takes the place of a file of that name. */
function withFile({ etcd, self }: EtcdctlHost, file: string): EtcdCluster {
  const snapshots = [...new Set([...(self.snapshots ?? []), file])];
  const members = etcd.members.map((one) => (one.id === self.id ? { ...one, snapshots } : one));
  return { ...etcd, members };
}

/** Without leading zeros, as ids are kept. */
function idOf(word: string | undefined): string | undefined {
  return word !== undefined && /^[0-9a-f]{1,16}$/i.test(word) ? BigInt(`0x${word}`).toString(16) : undefined;
}

function applied(host: EtcdctlHost, outcome: Membership): ProgramResult | undefined {
  if (!outcome.ok) return failed(refusalOf(outcome.error));
  host.keep(outcome.etcd);
  return undefined;
}

/** Its client logs a line of JSON before the program says the same again. */
const refusalOf = (error: string): string =>
  `${text({ level: 'warn', logger: 'etcd-client', msg: 'retrying of unary invoker failed', error: `rpc error: code = Unavailable desc = ${error}` })}\nError: ${error}`;
