/**
 * Loads the function app as the runtime does (package.json `main`, injected core) and prints what it registered, one
 * line a function. A process of its own: the app is loaded once per process, and not inside a test runner.
 */
import { FunctionApp } from '../../local/functions-host/core/app.ts';
import { loadApp } from '../../local/functions-host/core/load.ts';

const [directory = ''] = process.argv.slice(2);
const app = new FunctionApp(() => undefined);
await loadApp(app, directory);
for (const { name, trigger } of app.registry.functions) {
  const { name: _name, direction: _direction, properties: _properties, ...binding } = trigger.binding;
  console.log(`${name}: ${JSON.stringify(binding)}`);
}
process.exit(0);
