/**
 * Sonobuoy: the conformance tests of Kubernetes that disturb nobody. It installs itself in a namespace of its own, which is
 * cleared before, for what an earlier run left, and after. Its image holds the program and no shell, so each step is a
 * container.
 */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { IMAGES } from './images.ts';

const RESULTS = '/results';
const FILE = `${RESULTS}/results.tar.gz`;
/** Minutes: below the Job's own deadline. */
const RUN_MINUTES = '210';
const MAX_FAILED = 200;

export function sonobuoyPod(): JsonObject {
  const step = (name: string, ...args: readonly string[]): JsonObject => ({
    name,
    image: IMAGES.sonobuoy,
    command: ['/sonobuoy', ...args],
    volumeMounts: [{ name: 'results', mountPath: RESULTS }],
  });
  return {
    initContainers: [
      step('clear', 'delete', '--wait=10'),
      step('run', 'run', '--mode', 'non-disruptive-conformance', '--plugin', 'e2e', `--wait=${RUN_MINUTES}`),
      step('retrieve', 'retrieve', RESULTS, '--filename', 'results.tar.gz'),
      step('results', 'results', FILE),
    ],
    containers: [step('delete', 'delete', '--wait=10')],
    volumes: [{ name: 'results', emptyDir: {} }],
  };
}

/** Of `sonobuoy results`: a block of `Key: value` per plugin, then the names of what failed. */
export function readSonobuoy(log: string): JsonObject | undefined {
  const number = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(log)?.[1] ?? Number.NaN);
  const status = /^Status:\s*(\S+)/m.exec(log)?.[1];
  const totals = {
    total: number('Total'),
    passed: number('Passed'),
    failed: number('Failed'),
    skipped: number('Skipped'),
  };
  if (status === undefined || Object.values(totals).some(Number.isNaN)) return undefined;
  const [, names = ''] = /^Failed tests:\n([\s\S]*?)(?:\n\n|$(?![\s\S]))/m.exec(log) ?? [];
  const failedTests = names
    .split('\n')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .slice(0, MAX_FAILED);
  return { status, totals, failedTests };
}
