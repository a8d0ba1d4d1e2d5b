/**
 * `npm run simulate -- [world] [--seeds N] [--from SEED] [--workers N]`: any number of seeds of a simulated world, spread
 * over all processors. A seed that fails prints itself and how to replay exactly it; the exit code says whether all held.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { FailedSeed, SeedRange } from './seed-worker.ts';
import { WORLDS } from './worlds.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(WORLDS);
const unknown = names.find((name) => !Object.hasOwn(WORLDS, name));
if (unknown !== undefined) {
  console.error(`No world named ${unknown}; there are: ${Object.keys(WORLDS).join(', ')}`);
  process.exit(2);
}
const seeds = Number(values.seeds);
const from = Number(values.from);
const workers = Math.max(1, Math.min(seeds, Number(values.workers)));
let failures = 0;

for (const world of names) {
  const startedAt = performance.now();
  const ranges = Array.from({ length: workers }, (_, index): SeedRange => {
    return { world, from: from + index, to: from + seeds, step: workers };
  });
  await Promise.all(ranges.map(simulated));
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${world}: ${seeds} seeds in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(1)}/s)`);
}
console.log(failures === 0 ? 'every invariant held' : `${failures} seeds failed`);
process.exitCode = failures === 0 ? 0 : 1;

/** Rejects when the worker itself breaks: seeds that nobody looked at must not count as good. */
function simulated(range: SeedRange): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData: range });
    worker.on('message', ({ seed, message }: FailedSeed) => {
      failures += 1;
      console.error(`${range.world}: seed ${seed} failed: ${message}`);
      console.error(`  replay: npm run simulate -- ${range.world} --seeds 1 --from ${seed}`);
    });
    worker.once('error', reject);
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`A worker ended with ${code}`)),
    );
  });
}
