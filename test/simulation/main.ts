/**
 * `npm run simulate -- [world] [--seeds N] [--from SEED]`: any number of seeds of a simulated world. A seed that fails
 * prints itself and how to replay exactly it; the exit code says whether all held.
 */
import { parseArgs } from 'node:util';
import { WORLDS } from './worlds.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(WORLDS);
const seeds = Number(values.seeds);
const from = Number(values.from);
let failures = 0;

for (const name of names) {
  const simulate = WORLDS[name];
  if (!simulate) {
    console.error(`No world named ${name}; there are: ${Object.keys(WORLDS).join(', ')}`);
    process.exit(2);
  }
  const startedAt = performance.now();
  for (let seed = from; seed < from + seeds; seed += 1) {
    try {
      await simulate(seed);
    } catch (error) {
      failures += 1;
      console.error(
        `${name}: seed ${seed} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
      console.error(`  replay: npm run simulate -- ${name} --seeds 1 --from ${seed}`);
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${name}: ${seeds} seeds in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)}/s)`);
}
console.log(failures === 0 ? 'every invariant held' : `${failures} seeds failed`);
process.exit(failures === 0 ? 0 : 1);
