import { describe, expect, test } from '@jest/globals';
import { readKubeBench } from '../../../agent/operations/kube-bench.ts';
import { readKubeHunter } from '../../../agent/operations/kube-hunter.ts';
import { outcomeIn, patchPod } from '../../../agent/operations/patch-script.ts';
import { readSbom } from '../../../agent/operations/sbom.ts';
import { SCANS } from '../../../agent/operations/scans.ts';
import { readSonobuoy } from '../../../agent/operations/sonobuoy.ts';
import { aSimulatedCluster, type ClusterUnderTest } from '../../../test/builders/simulated-cluster.ts';

const JOBS = '/apis/batch/v1/namespaces/default/jobs';
const PODS = '/api/v1/namespaces/default/pods';
const HOUR_MS = 3_600_000;

const json = (cluster: ClusterUnderTest, path: string) =>
  JSON.parse(JSON.stringify(cluster.ask('GET', path).body));

/** Runs the pod as a Job, for as long as it takes, and reads what the container printed. */
function printed(cluster: ClusterUnderTest, pod: object, container: string): string {
  const template = { spec: { restartPolicy: 'Never', ...pod } };
  cluster.ask('POST', JOBS, { metadata: { name: 'scan' }, spec: { template, backoffLimit: 0 } });
  json(cluster, `${JOBS}/scan`);
  cluster.advance(HOUR_MS);
  expect(json(cluster, `${JOBS}/scan`).status).toMatchObject({ succeeded: 1 });
  const [made] = json(cluster, `${PODS}?labelSelector=job-name%3Dscan`).items;
  return String(cluster.ask('GET', `${PODS}/${made.metadata.name}/log?container=${container}`).body);
}

describe('what a scan of the agent prints is what the agent reads', () => {
  const target = { minorVersion: '1.33', hasControlPlane: false };

  function logOf(scan: keyof typeof SCANS): string {
    const [pod] = SCANS[scan].pods(target);
    if (pod === undefined) throw new Error(`${scan} has no pod`);
    return printed(aSimulatedCluster(['a']), pod.pod, pod.container);
  }

  test('kube-bench', () => {
    expect(readKubeBench(new Map([['worker', logOf('kubeBench')]]))).toMatchObject({
      totals: { pass: 7, fail: 1, warn: 4, info: 0 },
      sections: [
        { section: '4.1', findings: [{ check: '4.1.1', status: 'FAIL' }, { check: '4.1.3' }] },
        { section: '4.2' },
      ],
    });
  });

  test('kube-hunter', () => {
    expect(readKubeHunter(logOf('kubeHunter'))).toMatchObject({
      totals: { high: 0, medium: 0, low: 2 },
      services: 1,
    });
  });

  test('sonobuoy', () => {
    expect(readSonobuoy(logOf('sonobuoy'))).toEqual({
      status: 'passed',
      totals: { total: 7212, passed: 402, failed: 0, skipped: 6810 },
      failedTests: [],
    });
  });

  test('trivy', () => {
    const bill = readSbom(logOf('sbom'));
    expect(bill).toMatchObject({ format: 'CycloneDX', truncated: false });
    expect(JSON.stringify(bill)).toContain('mcr.microsoft.com/oss/kubernetes/coredns');
  });
});

describe('patching a node', () => {
  const NODES = ['a', 'b', 'c', 'd', 'e', 'f'];

  function outcomes(rebootIfRequired: boolean): Record<string, string | undefined> {
    const told = NODES.map((name) => {
      const log = printed(aSimulatedCluster(NODES), patchPod(name, rebootIfRequired), 'patch');
      return [name, outcomeIn(log)] as const;
    });
    return Object.fromEntries(told);
  }

  test('says whether the node needs a reboot, and does it where it may', () => {
    const [held, done] = [outcomes(false), outcomes(true)];
    expect(new Set(Object.values(held))).toEqual(new Set(['patched', 'reboot-needed']));
    for (const name of NODES) {
      expect(done[name]).toBe(held[name] === 'patched' ? 'patched' : 'rebooting');
    }
  });

  test('a node that reboots is away for a while and comes back with another boot id', () => {
    const due = Object.entries(outcomes(true)).find(([, outcome]) => outcome === 'rebooting')?.[0] ?? '';
    const cluster = aSimulatedCluster(NODES);
    const seen = () => {
      const { status } = json(cluster, `/api/v1/nodes/${due}`);
      const ready = status.conditions.find(({ type }: { type: string }) => type === 'Ready').status;
      return { bootId: status.nodeInfo.bootID, ready };
    };
    const before = seen();
    const template = { spec: { restartPolicy: 'Never', ...patchPod(due, true) } };
    cluster.ask('POST', JOBS, { metadata: { name: 'patch' }, spec: { template } });
    json(cluster, `${JOBS}/patch`);
    cluster.advance(30_000);
    json(cluster, `${JOBS}/patch`);
    expect(seen()).toEqual(before);
    cluster.advance(20_000);
    expect(seen().ready).toBe('False');
    cluster.advance(60_000);
    expect(seen()).toEqual({ bootId: expect.not.stringMatching(before.bootId), ready: 'True' });
  });
});
