/**
 * One function app: loads its bundle, runs its hooks and its invocations as the language worker does. Owns the order
 * arguments, preInvocation, handler, postInvocation, response; knows no trigger. The library keeps its state in module
 * globals, so a process holds one app.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type {
  BindingData,
  Capabilities,
  CoreInvocationContext,
  InvocationResponse,
  LogEntry,
  TypedData,
  WriteLog,
} from './contract.ts';
import { type CoreModule, createCoreModule } from './module.ts';
import { type HookName, type LoadedFunction, Registry } from './registry.ts';

export interface Invocation {
  readonly inputData: readonly BindingData[];
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  /** W3C trace context of the caller; a new trace is started when absent. */
  readonly traceParent?: string;
  readonly invocationId?: string;
}

/** What the real worker announces; the library adds its own (src/ProgrammingModel.ts). */
const WORKER_CAPABILITIES: Capabilities = {
  RawHttpBodyBytes: 'true',
  RpcHttpTriggerMetadataRemoved: 'true',
  RpcHttpBodyOnly: 'true',
  UseNullableValueDictionaryForHttp: 'true',
  TypedDataCollection: 'true',
};

export class FunctionApp {
  readonly registry = new Registry();
  readonly core: CoreModule;
  readonly #write: WriteLog;
  readonly #appHookData = {};
  #capabilities: Capabilities = {};
  #inLogHook = false;

  constructor(write: WriteLog) {
    this.#write = write;
    this.core = createCoreModule({
      registry: this.registry,
      log: (level, category, message) => this.log({ level, category, message }),
    });
  }

  /** Address of the library's own HTTP server when the app asked for streaming. */
  get httpUri(): string | undefined {
    return this.#capabilities.HttpUri;
  }

  /** Runs the start hooks, asks for capabilities and ends registration, in the worker's order. */
  async start(appDirectory: string): Promise<void> {
    await this.#runHooks('appStart', { functionAppDirectory: appDirectory });
    this.#capabilities = (await this.registry.model?.getCapabilities({ ...WORKER_CAPABILITIES })) ?? {};
    this.registry.lock();
  }

  async terminate(): Promise<void> {
    await this.#runHooks('appTerminate', {});
  }

  /** Throws what the handler threw, unless a postInvocation hook cleared it. */
  async invoke(fn: LoadedFunction, invocation: Invocation): Promise<InvocationResponse> {
    if (this.registry.model === undefined) throw new Error('The app has set no programming model');
    const core = this.#coreContext(fn, invocation);
    const model = this.registry.model.getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    const hookData = {};
    core.state = 'preInvocationHooks';
    const before = { invocationContext: context, functionCallback: fn.callback, inputs };
    await this.#runHooks('preInvocation', before, hookData);
    core.state = 'invocation';
    const after = await outcomeOf(() =>
      model.invokeFunction(context, before.inputs, before.functionCallback),
    );
    core.state = 'postInvocationHooks';
    const done = { invocationContext: context, inputs: before.inputs, ...after };
    await this.#runHooks('postInvocation', done, hookData);
    core.state = undefined;
    if (done.error != null) throw done.error;
    return model.getResponse(context, done.result);
  }

  /** Log hooks may rewrite a line; what they log themselves is not hooked again. */
  log(entry: LogEntry): void {
    const hooks = this.registry.hooks('log');
    const context = { ...entry, hookData: {}, appHookData: this.#appHookData };
    if (!this.#inLogHook) {
      this.#inLogHook = true;
      try {
        for (const hook of hooks) hook(context);
      } finally {
        this.#inLogHook = false;
      }
    }
    this.#write({ ...entry, level: context.level, message: context.message });
  }

  #coreContext(fn: LoadedFunction, invocation: Invocation): CoreInvocationContext {
    const { invocationId = randomUUID(), traceParent = newTraceParent() } = invocation;
    const { name, bindings } = fn;
    return {
      invocationId,
      metadata: { name, functionId: name, bindings },
      state: undefined,
      request: {
        invocationId,
        inputData: invocation.inputData,
        triggerMetadata: invocation.triggerMetadata ?? {},
        traceContext: { traceParent, traceState: '', attributes: {} },
      },
      log: (level, category, message) =>
        this.log({ level, category, message, functionName: name, invocationId }),
    };
  }

  /** Hooks share `context` and run one after the other; `hookData` is theirs for one invocation, read-only itself. */
  async #runHooks(name: HookName, context: object, hookData: object = {}): Promise<void> {
    Object.defineProperty(context, 'hookData', { get: () => hookData });
    Object.defineProperty(context, 'appHookData', { get: () => this.#appHookData });
    for (const hook of this.registry.hooks(name)) await hook(context);
  }
}

interface Outcome {
  result: unknown;
  error: unknown;
}

async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { result: await run(), error: null };
  } catch (error) {
    // A thrown null or undefined is a failure too; the worker's own check is for a truthy error.
    return { result: null, error: error ?? new Error('The function threw nothing') };
  }
}

function newTraceParent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
