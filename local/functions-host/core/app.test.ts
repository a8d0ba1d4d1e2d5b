/** The contract with @azure/functions: what its core offers, what it refuses, and the order of an invocation. */
import { describe, expect, test } from '@jest/globals';
import { FunctionApp } from './app.ts';
import type { InvocationModel, LogEntry, ProgrammingModel } from './contract.ts';
import type { Hook } from './registry.ts';

/** A model like the library's: one input, its result as JSON. */
const model: ProgrammingModel = {
  name: 'test',
  version: '1',
  getCapabilities: (defaults) => ({ ...defaults, HttpUri: 'http://localhost:1/' }),
  getInvocationModel: (core): InvocationModel => ({
    getArguments: async () => ({
      context: { id: core.invocationId },
      inputs: [core.request.inputData[0]?.data.string],
    }),
    invokeFunction: async (context, inputs, handler) => handler(...inputs, context),
    getResponse: async (_context, result) => ({ returnValue: { json: JSON.stringify(result) } }),
  }),
};

const TIMER = {
  name: 't',
  bindings: { in: { type: 'timerTrigger', direction: 'in', schedule: '* * * * * *' } },
};
const INPUT = { inputData: [{ name: 'in', data: { string: 'x' } }] };

function anApp(callback: (...inputs: unknown[]) => unknown = () => 'done') {
  const lines: LogEntry[] = [];
  const app = new FunctionApp((entry) => lines.push(entry));
  app.core.setProgrammingModel(model);
  app.core.registerFunction(TIMER, callback);
  const hook = (name: string, run: (context: Record<string, unknown>) => unknown) =>
    app.core.registerHook(name, run as Hook);
  const invoke = () => {
    const [fn] = app.registry.functions;
    if (fn === undefined) throw new Error('nothing registered');
    return app.invoke(fn, INPUT);
  };
  return { app, lines, hook, invoke };
}

describe('the injected core', () => {
  test('offers exactly these members', () => {
    const { app } = anApp();
    expect(Object.keys(app.core).sort()).toEqual([
      'Disposable',
      'getProgrammingModel',
      'hostVersion',
      'log',
      'registerFunction',
      'registerHook',
      'setProgrammingModel',
      'version',
    ]);
    expect(app.core.getProgrammingModel()).toBe(model);
  });

  test('throws when the library asks for something new, and answers module loaders', () => {
    const { core } = anApp().app;
    expect(() => Reflect.get(core, 'registerAgent')).toThrow('asks for "registerAgent" of its core');
    expect(Reflect.get(core, '__esModule')).toBeUndefined();
    expect(Reflect.get(core, Symbol.toStringTag)).toBeUndefined();
  });

  test('ends registration when the app has started, with the capabilities of the model', async () => {
    const { app } = anApp();
    await app.start('/app');
    expect(() => app.core.registerFunction({ ...TIMER, name: 'late' }, () => 1)).toThrow(
      'only be registered while',
    );
    expect(app.httpUri).toBe('http://localhost:1/');
  });

  test.each([
    ['the same name twice', TIMER, 'already been registered'],
    ['no trigger', { name: 'n', bindings: { out: { type: 'http', direction: 'out' } } }, 'has no trigger'],
    ['a retry policy', { ...TIMER, name: 'r', retryOptions: { maxRetryCount: 1 } }, 'retry policy'],
  ])('refuses a function with %s', (_what, metadata, reason) => {
    expect(() => anApp().app.core.registerFunction(metadata, () => 1)).toThrow(reason);
  });

  test('takes registrations back', () => {
    const { app } = anApp();
    app.core.registerFunction({ ...TIMER, name: 'u' }, () => 1).dispose();
    expect(app.registry.functions.map(({ name }) => name)).toEqual(['t']);
  });

  test('marks an unknown hook so that the library can name the host version it needs', () => {
    const { app } = anApp();
    const register = () => app.core.registerHook('telepathy', () => {});
    expect(register).toThrow(RangeError);
    expect(register).toThrow(expect.objectContaining({ isAzureFunctionsSystemError: true }));
  });
});

describe('an invocation', () => {
  test('runs hooks around the handler; they may replace inputs, handler, result', async () => {
    const { hook, invoke } = anApp((input) => `handled ${String(input)}`);
    hook('preInvocation', (context) => {
      context.inputs = ['y'];
      Object.assign(Object(context.hookData), { seen: true });
    });
    hook('postInvocation', (context) => {
      context.result = [context.result, context.hookData];
    });
    expect(await invoke()).toEqual({ returnValue: { json: '["handled y",{"seen":true}]' } });
  });

  test('throws what the handler threw, after the hooks', async () => {
    const seen: unknown[] = [];
    const { hook, invoke } = anApp(() => {
      throw new TypeError('broken');
    });
    hook('postInvocation', ({ error }) => seen.push(error));
    await expect(invoke()).rejects.toThrow(TypeError);
    expect(seen).toEqual([new TypeError('broken')]);
  });

  test('a hook that clears the error turns failure into success', async () => {
    const { hook, invoke } = anApp(() => Promise.reject(undefined));
    hook('postInvocation', (context) => Object.assign(context, { error: null, result: 'saved' }));
    expect(await invoke()).toEqual({ returnValue: { json: '"saved"' } });
  });

  test('a handler that throws nothing has failed all the same', async () => {
    await expect(anApp(() => Promise.reject(undefined)).invoke()).rejects.toThrow('threw nothing');
  });
});

describe('log hooks', () => {
  test('may rewrite a line, and are not asked about what they log themselves', () => {
    const { app, lines, hook } = anApp();
    hook('log', (context) => {
      app.core.log('debug', 'system', 'from the hook');
      context.message = `${String(context.message)}!`;
    });
    app.core.log('information', 'user', 'hello');
    expect(lines.map(({ message }) => message)).toEqual(['from the hook', 'hello!']);
  });
});
