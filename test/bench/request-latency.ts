/**
 * How long a validated write takes in the process, warm: the route of create with all of its layers, a real RS256 token,
 * the questions to the simulated Azure answered from the cache. Real time; stores and clouds cost what they compute.
 */
import type { Issuer } from '../../local/auth/issuer.ts';
import { BenchWorld } from './bench-world.ts';
import { finding, percentile, type Report } from './report.ts';
import { create } from './requests.ts';

const WARM_UP = 50;
const GOAL_MS = 20;

export async function benchRequestLatency(requests: number, issuer: Issuer): Promise<Report> {
  const world = await BenchWorld.open({ seed: 1, issuer, accounts: 1, workers: 1 });
  const [account] = world.accounts;
  if (!account) throw new Error('The world has no account');
  const taken: number[] = [];
  for (let index = 0; index < WARM_UP + requests; index += 1) {
    const { endpoint, parts } = create(`fast-${index}`, account);
    const startedAt = performance.now();
    await world.request(endpoint, parts);
    if (index >= WARM_UP) taken.push(performance.now() - startedAt);
  }
  return {
    title: `Warm latency of a validated create, ${requests} requests in the process`,
    findings: [
      finding('p50', 'ms', [percentile(taken, 0.5)], { target: { atMost: GOAL_MS, required: false } }),
      finding('p99', 'ms', [percentile(taken, 0.99)], { target: { atMost: GOAL_MS, required: false } }),
      finding('all', 'ms', taken),
    ],
    notes: [],
  };
}
