/** `npm start`: Slipway on this machine. Data survives; Ctrl-C stops cleanly, kill -9 needs no cleaning afterwards. */
import { readLocalSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';
import { StartRefusedError } from './start-refused-error.ts';

/**
 * Ctrl-C reaches the whole process group, and `npm start` passes it on as well: the second signal of one key press is no
 * sign of impatience.
 */
const ONE_KEY_PRESS_MS = 500;

let stack: Stack | undefined;
let stoppingSince: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);

try {
  stack = await start();
} catch (error) {
  console.error(error instanceof StartRefusedError ? error.message : error);
  process.exit(1);
}

async function start(): Promise<Stack> {
  const settings = readLocalSettings(process.env);
  const started = await startStack(settings, ({ level, message, functionName }) => {
    if (level === 'debug' || level === 'trace') return;
    if (!settings.debug && level === 'information') return;
    console.log(`[${level}]${functionName === undefined ? '' : ` ${functionName}`} ${message}`);
  });
  console.log(
    `Slipway is ready at ${started.url} (speed ${settings.speed}, data in ${settings.dataDirectory})`,
  );
  return started;
}

function stop(): void {
  if (stoppingSince !== undefined) {
    if (performance.now() - stoppingSince > ONE_KEY_PRESS_MS) process.exit(1);
    return;
  }
  stoppingSince = performance.now();
  // Nothing needs cleaning before everything runs: a start can be broken off anywhere.
  if (stack === undefined) process.exit(0);
  stack.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
