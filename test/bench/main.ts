/**
 * `npm run bench -- [converge] [storm] [latency] [heartbeats] [sweep] [--seeds N] [--clusters C] [--accounts A]
 * [--fleet N] [--json FILE]`. Counts are promises and fail the run when they are missed; times are figures of the
 * machine that it runs on.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAwsConverge } from './aws-converge.ts';
import { benchIssuer } from './bench-world.ts';
import { benchConverge } from './converge.ts';
import { benchStorm } from './create-storm.ts';
import { benchSweep } from './health-sweep.ts';
import { benchHeartbeats } from './heartbeats.ts';
import { missed, type Report, table } from './report.ts';
import { benchRequestLatency } from './request-latency.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '20' },
    clusters: { type: 'string', default: '1000' },
    accounts: { type: 'string', default: '50' },
    requests: { type: 'string', default: '300' },
    fleet: { type: 'string', default: '100000' },
    json: { type: 'string' },
  },
});
const issuer = await benchIssuer();
const BENCHMARKS: Readonly<Record<string, () => Promise<readonly Report[]>>> = {
  converge: async () => [
    await benchConverge(Number(values.seeds), issuer),
    await benchAwsConverge(Number(values.seeds)),
  ],
  storm: async () => [
    await benchStorm({
      clusters: Number(values.clusters),
      accounts: Number(values.accounts),
      seed: 1,
      issuer,
    }),
  ],
  latency: async () => [await benchRequestLatency(Number(values.requests), issuer)],
  sweep: async () => [await benchSweep(Number(values.fleet))],
  heartbeats: () => benchHeartbeats([1_000, 10_000]),
};

const reports: Report[] = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)) {
  const run = BENCHMARKS[name];
  if (!run) {
    console.error(`No benchmark named ${name}; there are: ${Object.keys(BENCHMARKS).join(', ')}`);
    process.exit(2);
  }
  for (const report of await run()) {
    reports.push(report);
    console.log(table(report));
  }
}
if (values.json !== undefined) {
  const machine = { cores: availableParallelism(), node: process.version, platform: process.platform };
  await writeFile(
    values.json,
    `${JSON.stringify({ at: new Date().toISOString(), machine, reports }, null, 2)}\n`,
  );
}
const failures = missed(reports);
for (const failure of failures) console.error(`MISSED ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
