/** What the scanners print, as the agent understands it. */
import { expect, test } from '@jest/globals';
import { readKubeBench } from './kube-bench.ts';
import { readKubeHunter } from './kube-hunter.ts';
import { readSbom } from './sbom.ts';
import { SCANS } from './scans.ts';
import { readSonobuoy } from './sonobuoy.ts';

const check = (test_number: string, status: string) => ({
  test_number,
  test_desc: `About ${test_number}`,
  status,
  remediation: `Mend ${test_number}`,
  audit: 'ps',
  scored: true,
});
const bench = {
  Controls: [
    {
      id: '4',
      version: 'cis-1.10',
      node_type: 'node',
      tests: [
        {
          section: '4.1',
          desc: 'Worker Node Configuration Files',
          pass: 1,
          fail: 1,
          warn: 1,
          info: 0,
          results: [check('4.1.1', 'PASS'), check('4.1.2', 'FAIL'), check('4.1.3', 'WARN')],
        },
      ],
    },
  ],
  Totals: { total_pass: 1 },
};

test('kube-bench is kept by section, with what did not pass', () => {
  const logs = new Map([
    ['control-plane', JSON.stringify({ Controls: [] })],
    ['worker', `I1120 a warning\n${JSON.stringify(bench)}\n`],
  ]);
  const finding = (number: string, status: string) => ({
    check: number,
    status,
    description: `About ${number}`,
    remediation: `Mend ${number}`,
  });
  expect(readKubeBench(logs)).toEqual({
    sections: [
      {
        section: '4.1',
        description: 'Worker Node Configuration Files',
        role: 'worker',
        pass: 1,
        fail: 1,
        warn: 1,
        info: 0,
        findings: [finding('4.1.2', 'FAIL'), finding('4.1.3', 'WARN')],
      },
    ],
    totals: { pass: 1, fail: 1, warn: 1, info: 0 },
  });
});

test.each(['', 'panic: no such file', '{"Controls": 7}', '{"Controls": [', '[]'])(
  'kube-bench: %j is no result',
  (log) => {
    expect(readKubeBench(new Map([['worker', log]]))).toBeUndefined();
  },
);

test('kube-hunter is counted by severity', () => {
  const log = JSON.stringify({
    nodes: [],
    services: [{ service: 'API Server' }],
    vulnerabilities: [
      {
        vid: 'KHV002',
        severity: 'high',
        category: 'Access',
        vulnerability: 'X',
        description: 'd',
        location: 'l',
      },
      { vid: 'KHV005', severity: 'low' },
    ],
  });
  expect(readKubeHunter(log)).toMatchObject({
    totals: { high: 1, medium: 0, low: 1 },
    services: 1,
    findings: [
      { id: 'KHV002', severity: 'high', name: 'X' },
      { id: 'KHV005', name: '' },
    ],
  });
});

test('sonobuoy: what it says of its plugin', () => {
  const log = [
    'Plugin: e2e',
    'Status: failed',
    'Total: 7207',
    'Passed: 398',
    'Failed: 2',
    'Skipped: 6807',
    '',
    'Failed tests:',
    ' [sig-network] a',
    ' [sig-apps] b',
    '',
    'Run Details:',
    'Kubernetes version: v1.33.2',
    '',
  ].join('\n');
  expect(readSonobuoy(log)).toEqual({
    status: 'failed',
    totals: { total: 7207, passed: 398, failed: 2, skipped: 6807 },
    failedTests: ['[sig-network] a', '[sig-apps] b'],
  });
  expect(readSonobuoy(log.split('\n').slice(0, 6).join('\n'))).toMatchObject({ failedTests: [] });
  expect(readSonobuoy('error: no results')).toBeUndefined();
});

test('a bill of materials is cut where it would be too large, and says so', () => {
  const component = (index: number) => ({
    type: 'container',
    name: `image-${index}`,
    version: '1.0',
    purl: 'pkg:oci/x',
  });
  const all = Array.from({ length: 5_000 }, (_, index) => component(index));
  const read = readSbom(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: all }));
  expect(read).toMatchObject({ format: 'CycloneDX', specVersion: '1.6', total: 5_000, truncated: true });
  expect(Buffer.byteLength(JSON.stringify(read))).toBeLessThan(256 * 1024);
  expect(readSbom(JSON.stringify({ bomFormat: 'CycloneDX', components: [component(1)] }))).toMatchObject({
    total: 1,
    truncated: false,
  });
  expect(readSbom('{}')).toBeUndefined();
});

test('pods that get no role get no token either', () => {
  const pods = Object.values(SCANS).flatMap((scan) =>
    scan.pods({ minorVersion: '1.33', hasControlPlane: true }),
  );
  for (const { role, pod } of pods)
    expect(pod.automountServiceAccountToken).toBe(role === undefined ? false : undefined);
});

test('where the cloud runs the control plane, kube-bench looks at workers only', () => {
  const parts = (hasControlPlane: boolean) =>
    SCANS.kubeBench.pods({ minorVersion: '1.33', hasControlPlane }).map(({ part }) => part);
  expect(parts(false)).toEqual(['worker']);
  expect(parts(true)).toEqual(['control-plane', 'worker']);
});
