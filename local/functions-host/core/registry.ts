/**
 * What an app has registered while its bundle was loading: functions, hooks and
 * the programming model. Owns the lock that ends registration;
 * it runs nothing.
 */
import { z } from 'zod';
import type { FunctionCallback, ProgrammingModel } from './contract.ts';

const Binding = z.looseObject({ type: z.string(), direction: z.enum(['in', 'out']) });
const Metadata = z.looseObject({
  name: z.string().min(1),
  bindings: z.record(z.string(), Binding),
  retryOptions: z.unknown().optional(),
});

export type Binding = Readonly<z.infer<typeof Binding>>;

export interface RegisteredFunction {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  /** The one binding that starts the function, with the name that its input data carries. */
  readonly trigger: { readonly bindingName: string; readonly binding: Binding };
}

export interface LoadedFunction extends RegisteredFunction {
  readonly callback: FunctionCallback;
}

export const HOOKS = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof HOOKS)[number];
/** Hooks get one context object and may change it in place; that is how they replace inputs, results and log lines. */
export type Hook = (context: object) => unknown;

export class Registry {
  /** What the library set before its first registration: the code that runs invocations. */
  model: ProgrammingModel | undefined;
  readonly #functions = new Map<string, LoadedFunction>();
  readonly #hooks = new Map<HookName, Hook[]>(HOOKS.map((name) => [name, []]));
  #locked = false;

  get functions(): readonly LoadedFunction[] {
    return [...this.#functions.values()];
  }

  hooks(name: HookName): readonly Hook[] {
    return this.#hooks.get(name) ?? [];
  }

  /** Ends registration, as the worker does once the host has asked for the list of functions. */
  lock(): void {
    this.#locked = true;
  }

  /** Returns what takes the registration back. */
  addFunction(metadata: unknown, callback: FunctionCallback): () => void {
    const { name, bindings, retryOptions } = Metadata.parse(metadata);
    if (this.#locked) throw new Error('A function can only be registered while the app starts');
    if (this.#functions.has(name)) throw new Error(`A function named "${name}" has already been registered`);
    if (retryOptions != null) throw new Error(`Function "${name}" has a retry policy; this host runs none`);
    this.#functions.set(name, { name, bindings, trigger: triggerOf(name, bindings), callback });
    return () => void this.#functions.delete(name);
  }

  addHook(name: string, hook: Hook): () => void {
    const known = HOOKS.find((candidate) => candidate === name);
    const hooks = known && this.#hooks.get(known);
    if (hooks === undefined) throw unknownHook(name);
    hooks.push(hook);
    return () => {
      const index = hooks.indexOf(hook);
      if (index >= 0) hooks.splice(index, 1);
    };
  }
}

/** The library tells «this host is too old» from other errors by this mark (src/hooks/registerHook.ts). */
function unknownHook(name: string): RangeError {
  return Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
}

function triggerOf(name: string, bindings: Readonly<Record<string, Binding>>): RegisteredFunction['trigger'] {
  const trigger = Object.entries(bindings).find(([, { type }]) => type.toLowerCase().endsWith('trigger'));
  if (trigger === undefined) throw new Error(`Function "${name}" has no trigger`);
  return { bindingName: trigger[0], binding: trigger[1] };
}
