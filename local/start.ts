/** `npm start`: Slipway on this machine. Data survives; Ctrl-C stops cleanly, kill -9 needs no cleaning afterwards. */
import { readLocalSettings } from './settings.ts';
import { startStack } from './stack.ts';

const settings = readLocalSettings(process.env);
const stack = await startStack(settings, ({ level, message, functionName }) => {
  if (level === 'debug' || level === 'trace') return;
  if (!settings.debug && level === 'information') return;
  console.log(`[${level}]${functionName === undefined ? '' : ` ${functionName}`} ${message}`);
});
console.log(`Slipway is ready at ${stack.url} (speed ${settings.speed}, data in ${settings.dataDirectory})`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    stack.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
