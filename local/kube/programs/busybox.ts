/**
 * busybox: a shell, here for the script that patches a node (agent/operations/patch-script.ts). Of what a script would do
 * only that one's outcome is simulated: every other node has news that need a reboot. Other scripts end well and say
 * nothing.
 */
import { digest } from '../object.ts';
import type { Ended, Program, Started } from './program.ts';

export const busybox: Program = {
  durationMs: () => 30_000,
  run: (started) => (patches(started) ? patch(started) : { exitCode: 0, log: '' }),
};

const patches = ({ words }: Started): boolean => words.some((word) => word.includes('slipway-outcome='));

function patch({ cluster, node, environment }: Started): Ended {
  const isDue = Number.parseInt(digest(`${cluster.id}/${node}/reboot`).slice(0, 2), 16) % 2 === 0;
  if (!isDue) return { exitCode: 0, log: 'slipway-outcome=patched\n' };
  if (environment.REBOOT !== '1') return { exitCode: 0, log: 'slipway-outcome=reboot-needed\n' };
  return { exitCode: 0, log: 'slipway-outcome=rebooting\n', reboots: true };
}
