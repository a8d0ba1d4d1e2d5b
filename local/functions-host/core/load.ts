/**
 * Puts the injected core in place and imports the app through `package.json#main`, as the worker does. The library asks
 * for its core by a lazy `require`, also from bundles (they bring their own require), so patching `require` reaches every
 * build shape; an `import` of the core fails here as it does on the real worker.
 */
import { globSync, readFileSync } from 'node:fs';
import { Module } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { FunctionApp } from './app.ts';
import type { CoreModule } from './module.ts';

const PackageJson = z.looseObject({ main: z.string().min(1) });
const CORE = '@azure/functions-core';

let installed = false;

/** Once per process: the library caches the core that it got first. */
function install(core: CoreModule): void {
  if (installed) throw new Error('A process holds one function app; start another process for another app');
  installed = true;
  const real = Module.prototype.require;
  Module.prototype.require = function require(this: Module, id: string): unknown {
    return id === CORE ? core : real.call(this, id);
  };
}

/** Imports every file that `main` (a glob, as on Azure) matches, in order; a failing one fails the app. */
export async function loadApp(app: FunctionApp, appDirectory: string): Promise<void> {
  install(app.core);
  const file = path.join(appDirectory, 'package.json');
  const { main } = PackageJson.parse(JSON.parse(readFileSync(file, 'utf8')));
  const entries = globSync(main, { cwd: appDirectory }).sort();
  if (entries.length === 0) throw new Error(`No file matches "main": "${main}" of ${file}`);
  for (const entry of entries) await import(pathToFileURL(path.join(appDirectory, entry)).href);
  await app.start(appDirectory);
}
