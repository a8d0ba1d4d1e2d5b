import { describe, expect, test } from '@jest/globals';
import {
  aMachine,
  aSimulatedCluster,
  CLUSTER,
  type ClusterUnderTest,
} from '../../test/builders/simulated-cluster.ts';

const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const PODS = '/api/v1/namespaces/default/pods';
const BENCH = 'docker.io/aquasec/kube-bench:v0.11.1';

function aJob(
  image: string,
  spec: object = {},
  command: readonly string[] = ['kube-bench', 'run', '--json'],
) {
  const container = { name: 'scan', image, command };
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  return { metadata: { name: 'scan' }, spec: { template, ...spec } };
}

const json = (cluster: ClusterUnderTest, path: string) =>
  JSON.parse(JSON.stringify(cluster.ask('GET', path).body));
const job = (cluster: ClusterUnderTest) => json(cluster, `${JOBS}/scan`).status;
const pods = (cluster: ClusterUnderTest) => json(cluster, `${PODS}?labelSelector=job-name%3Dscan`).items;

describe('a Job', () => {
  test('runs its program, completes, and what it printed can be read', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', JOBS, aJob(BENCH));
    expect(job(cluster)).toMatchObject({ active: 1, succeeded: 0 });
    const [pod] = pods(cluster);
    const log = () => cluster.ask('GET', `${PODS}/${pod.metadata.name}/log`);
    expect(pod.status.phase).toBe('Running');
    expect(log()).toEqual({ status: 200, body: '' });
    cluster.advance(40_000);
    expect(job(cluster)).toMatchObject({
      active: 0,
      succeeded: 1,
      conditions: [{ type: 'Complete', status: 'True' }],
    });
    expect(pods(cluster)[0].status).toMatchObject({
      phase: 'Succeeded',
      containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    });
    const { Controls, Totals } = JSON.parse(String(log().body));
    expect(Controls.map(({ node_type }: { node_type: string }) => node_type)).toEqual(['node', 'policies']);
    expect(Totals).toEqual({ total_pass: 7, total_fail: 1, total_warn: 10, total_info: 0 });
    cluster.advance(3_600_000);
    expect(pods(cluster)).toHaveLength(1);
  });

  test('of an image that nobody has waits in vain, until its deadline', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', JOBS, aJob('example.org/no-such-image:1', { activeDeadlineSeconds: 600 }));
    expect(job(cluster)).toMatchObject({ active: 1 });
    cluster.advance(599_000);
    expect(job(cluster)).toMatchObject({ active: 1 });
    expect(pods(cluster)[0].status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }],
    });
    expect(cluster.ask('GET', `${PODS}/${pods(cluster)[0].metadata.name}/log`).status).toBe(400);
    cluster.advance(1_000);
    expect(job(cluster)).toMatchObject({ conditions: [{ type: 'Failed', reason: 'DeadlineExceeded' }] });
    cluster.advance(5_000);
    expect(pods(cluster)).toEqual([]);
  });

  test('goes on elsewhere when its node is gone', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', JOBS, aJob(BENCH));
    cluster.machines = [aMachine('b')];
    expect(pods(cluster).map(({ spec }: { spec: { nodeName: string } }) => spec.nodeName)).toEqual(['b']);
    cluster.advance(40_000);
    expect(job(cluster)).toMatchObject({ succeeded: 1 });
  });

  test('is gone with its pods after the time that it was given', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', JOBS, aJob(BENCH, { ttlSecondsAfterFinished: 60 }));
    expect(job(cluster)).toMatchObject({ active: 1 });
    cluster.advance(40_000);
    expect(job(cluster)).toMatchObject({ succeeded: 1 });
    cluster.advance(60_000);
    expect(cluster.ask('GET', `${JOBS}/scan`).status).toBe(404);
    expect(pods(cluster)).toEqual([]);
  });

  test('leaves its pods when it is deleted without a word about them', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', JOBS, aJob(BENCH));
    cluster.ask('DELETE', `${JOBS}/scan`);
    cluster.advance(60_000);
    expect(pods(cluster)).toHaveLength(1);
    cluster.ask('POST', JOBS, aJob(BENCH));
    expect(pods(cluster)).toHaveLength(2);
    cluster.ask('DELETE', `${JOBS}/scan?propagationPolicy=Background`);
    cluster.advance(60_000);
    expect(pods(cluster)).toHaveLength(1);
  });

  test('is done once its pod is, also when nobody looked in between', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', JOBS, aJob(BENCH));
    expect(job(cluster)).toMatchObject({ active: 1 });
    cluster.clusters.faults.add(CLUSTER, { kind: 'node-lost', node: 'a' });
    cluster.advance(40_000);
    expect(job(cluster)).toMatchObject({ active: 1, succeeded: 0 });
    cluster.clusters.faults.clear(CLUSTER);
    expect(job(cluster)).toMatchObject({ active: 0, succeeded: 1 });
  });
});

test('logs are cut as asked for', () => {
  const cluster = aSimulatedCluster(['a']);
  cluster.ask('POST', JOBS, aJob(BENCH, {}, ['kube-bench', 'run', '--targets', 'policies']));
  cluster.ask('GET', `${JOBS}/scan`);
  cluster.advance(40_000);
  const [pod] = pods(cluster);
  const log = (query: string) => cluster.ask('GET', `${PODS}/${pod.metadata.name}/log?${query}`).body;
  expect(log('tailLines=2')).toBe('6 checks WARN\n0 checks INFO\n');
  expect(log('limitBytes=6')).toBe('[INFO]');
  expect(cluster.ask('GET', `${PODS}/${pod.metadata.name}/log?container=other`).status).toBe(400);
});
