/**
 * The module that `require('@azure/functions-core')` answers with. Owns the list of members that the library may use:
 * asking for any other throws, so that an upgrade of the library that wants more fails at once and says what it wants,
 * and does not fall into its silent test mode.
 */
import type { FunctionCallback, LogCategory, LogLevel, ProgrammingModel } from './contract.ts';
import type { Hook, Registry } from './registry.ts';

/** Reported to the app; log hooks ask for a host of 4.34 or later. */
const HOST_VERSION = '4.1041.0-local';
const WORKER_VERSION = '3.13.0-local';

export interface CoreModuleOptions {
  readonly registry: Registry;
  readonly log: (level: LogLevel, category: LogCategory, message: string) => void;
}

export interface CoreModule {
  readonly version: string;
  readonly hostVersion: string;
  readonly Disposable: typeof Disposable;
  setProgrammingModel(model: ProgrammingModel): void;
  getProgrammingModel(): ProgrammingModel | undefined;
  registerFunction(metadata: unknown, callback: FunctionCallback): Disposable;
  registerHook(name: string, hook: Hook): Disposable;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

/** VS Code's idiom, which the worker exports to apps. */
export class Disposable {
  #dispose: (() => unknown) | undefined;

  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }

  static from(...items: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const item of items) item.dispose();
    });
  }

  dispose(): unknown {
    const dispose = this.#dispose;
    this.#dispose = undefined;
    return dispose?.();
  }
}

export function createCoreModule({ registry, log }: CoreModuleOptions): CoreModule {
  return refuseUnknownMembers({
    version: WORKER_VERSION,
    hostVersion: HOST_VERSION,
    Disposable,
    setProgrammingModel(next: ProgrammingModel) {
      registry.model = next;
    },
    getProgrammingModel: () => registry.model,
    registerFunction: (metadata: unknown, callback: FunctionCallback) =>
      new Disposable(registry.addFunction(metadata, callback)),
    registerHook: (name: string, hook: Hook) => new Disposable(registry.addHook(name, hook)),
    log,
  });
}

/** What module loaders and inspectors ask of any object; answering «absent» is right. */
const ASKED_OF_ANY_MODULE = new Set(['__esModule', 'default', 'then', 'toJSON', 'constructor']);

function refuseUnknownMembers<T extends object>(module: T): T {
  return new Proxy(module, {
    get(target, member, receiver) {
      const known = typeof member === 'symbol' || member in target || ASKED_OF_ANY_MODULE.has(member);
      if (!known) throw new Error(`@azure/functions asks for "${member}" of its core, which this host lacks`);
      return Reflect.get(target, member, receiver);
    },
  });
}
