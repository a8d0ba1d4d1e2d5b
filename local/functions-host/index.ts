/**
 * The local Azure Functions host: gives `@azure/functions` its core, serves HTTP, pumps Service Bus queues and fires
 * timers, with host.json and app settings as on Azure. Owns start, stop and their order. One app per process.
 */
import { FunctionApp } from './core/app.ts';
import type { WriteLog } from './core/contract.ts';
import { loadApp } from './core/load.ts';
import type { LoadedFunction, RegisteredFunction } from './core/registry.ts';
import { type HostSettings, parseHostJson } from './host-json.ts';
import { PLATFORM_BODY_LIMIT } from './http/body.ts';
import type { FunctionKeys } from './http/keys.ts';
import { buildRouteTable, type RouteTable } from './http/route-table.ts';
import { type ExtraRoutes, type HttpFront, startHttpFront } from './http/server.ts';
import { InFlight } from './in-flight.ts';
import { keepOnLoopback } from './loopback-only.ts';
import { type Invoke, invoker } from './run-invocation.ts';
import { ServiceBusConnections } from './service-bus/connections.ts';
import { sendWithoutDelay } from './service-bus/no-delay.ts';
import { listenToQueue } from './service-bus/queue-listener.ts';
import { listenToSessions } from './service-bus/session-listener.ts';
import { type Listener, type QueueTrigger, readTrigger } from './service-bus/trigger.ts';
import { stopHost } from './stop.ts';
import { checkBindings, type TriggerType, triggerType } from './supported-bindings.ts';
import { openStatusFile } from './timers/status-file.ts';
import { readTimer, startTimer } from './timers/timer.ts';

export type { LogEntry, WriteLog } from './core/contract.ts';
export type { RegisteredFunction } from './core/registry.ts';
export type { FunctionKeys } from './http/keys.ts';
export type { ExtraRoutes } from './http/server.ts';

export interface FunctionsHostOptions {
  /** Holds the package.json whose `main` is the app's bundle. */
  readonly appDirectory: string;
  /** host.json, parsed. */
  readonly hostJson: unknown;
  /** App settings. They become environment variables, as on Azure. */
  readonly settings: Readonly<Record<string, string>>;
  /** On 127.0.0.1; 0 takes a free port. */
  readonly httpPort: number;
  /** Where the status of timers is kept. */
  readonly dataDirectory: string;
  readonly log: WriteLog;
  /** Schedules of timers by function name, in place of the app's own. */
  readonly schedules?: Readonly<Record<string, string>>;
  /** Asked before the app's functions. */
  readonly extraRoutes?: ExtraRoutes;
  /** Absent: every auth level is open, as with the Core Tools. */
  readonly keys?: FunctionKeys;
  /** Bytes; the platform's 100 MB when absent. */
  readonly bodyLimit?: number;
  /** Milliseconds that running invocations get to end when the host stops; 5 s when absent. */
  readonly drainMs?: number;
}

export interface FunctionsHost {
  readonly port: number;
  readonly functions: readonly RegisteredFunction[];
  /** Takes nothing new, lets what runs end within the bound, settles, closes. Safe to call again. */
  stop(): Promise<void>;
}

const DRAIN_MS = 5_000;

/** Rejects when the app cannot be loaded, a binding is not supported, a setting is missing or the port is taken. */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { settings, schedules = {}, drainMs = DRAIN_MS } = options;
  const hostSettings = parseHostJson(options.hostJson);
  sendWithoutDelay();
  Object.assign(process.env, settings);
  const app = new FunctionApp(options.log);
  const libraryServers = await keepOnLoopback(() => loadApp(app, options.appDirectory));
  const { functions } = app.registry;
  for (const fn of functions) checkBindings(fn);

  const inFlight = new InFlight();
  const connections = new ServiceBusConnections(settings, hostSettings.serviceBus.retry);
  const invoke = invoker(app, inFlight, { connections, settings });
  const parts: HostParts = { app, connections, inFlight, invoke, hostSettings, options };
  // Everything is read before anything opens, so that an app that cannot run leaves nothing listening.
  const routes = buildRouteTable(functions, hostSettings.routePrefix, settings);
  const triggers = ofType(functions, 'serviceBusTrigger').map((fn) =>
    readTrigger(fn, settings, hostSettings.serviceBus),
  );
  const timersToStart = ofType(functions, 'timerTrigger').map((fn) =>
    readTimer(fn, settings, schedules[fn.name]),
  );
  const front = await openFront(parts, routes);
  const listeners = await Promise.all(triggers.map((trigger) => startListener(trigger, parts)));
  const statuses = openStatusFile(options.dataDirectory);
  const timers = timersToStart.map((timer) => startTimer(timer, { statuses, invoke }));
  const stop = () => stopHost({ ...parts, front, listeners, timers, libraryServers, drainMs });
  let stopped: Promise<void> | undefined;
  return {
    port: front.port,
    functions: functions.map(({ name, bindings, trigger }) => ({ name, bindings, trigger })),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

interface HostParts {
  readonly app: FunctionApp;
  readonly connections: ServiceBusConnections;
  readonly inFlight: InFlight;
  readonly invoke: Invoke;
  readonly hostSettings: HostSettings;
  readonly options: FunctionsHostOptions;
}

function openFront({ app, inFlight, invoke, options }: HostParts, routes: RouteTable): Promise<HttpFront> {
  const { keys, extraRoutes, bodyLimit = PLATFORM_BODY_LIMIT } = options;
  return startHttpFront({ app, routes, invoke, inFlight, bodyLimit, keys, extraRoutes }, options.httpPort);
}

async function startListener(trigger: QueueTrigger, parts: HostParts): Promise<Listener> {
  const { app, connections, inFlight, invoke, hostSettings } = parts;
  const client = await connections.client(trigger.connection);
  const log: WriteLog = (entry) => app.log(entry);
  const context = { client, settings: hostSettings.serviceBus, inFlight, invoke, log };
  return trigger.sessions ? listenToSessions(trigger, context) : listenToQueue(trigger, context);
}

function ofType(functions: readonly LoadedFunction[], type: TriggerType): readonly LoadedFunction[] {
  return functions.filter((fn) => triggerType(fn) === type);
}
