/** The simulated AWS with what runs on its instances and the clusters that come of it, in process, on one clock. */
import type { RequestHandler } from '@smithy/types';
import type { AwsTransport } from '../../lib/clouds/aws/session.ts';
import type { KubeAccess } from '../../lib/kube/kubeconfig.ts';
import type { KubeTransport } from '../../lib/kube/transport.ts';
import { type AwsSettings, CONSISTENT } from '../../local/clouds/aws/core/settings.ts';
import { inProcessHandler } from '../../local/clouds/aws/in-process-handler.ts';
import { type AwsSimulator, createAwsSimulator } from '../../local/clouds/aws/simulator.ts';
import type { CloudClock } from '../../local/clouds/kit/clock.ts';
import { memoryRecords } from '../../local/clouds/kit/records.ts';
import { SimulatedClusters } from '../../local/kube/simulated-clusters.ts';
import { inProcessGateway } from '../../local/machines/in-process-gateway.ts';
import { createMachineSide, type SimulatedMachines } from '../../local/machines/machine-side.ts';

export interface SimulatedSide {
  readonly aws: AwsSimulator;
  readonly machines: SimulatedMachines;
  readonly clusters: SimulatedClusters;
  readonly transport: AwsTransport;
  readonly transportFor: (access: KubeAccess) => KubeTransport;
  /** Bugs of the simulation: to clients they look like a bad day of AWS, which is tried again for ever. */
  readonly defects: readonly string[];
}

export interface SideOptions {
  /** Requests take time: moves the clock on by so many milliseconds. */
  readonly tick: (ms: number) => void;
  readonly settings?: Partial<AwsSettings>;
  readonly seed?: string;
}

/** What a request takes on its way to AWS and back, and to an API server. Our estimate. */
const AWS_MS = 60;
const KUBE_MS = 15;

export function simulatedSide(
  nowMs: () => number,
  { tick, settings, seed = 'aws' }: SideOptions,
): SimulatedSide {
  // What clients sign and what certificates say follows the test's clock; only the SDK's own dates do not.
  const clock: CloudClock = { now: nowMs, wallNow: nowMs };
  const records = memoryRecords();
  const late: { machines?: SimulatedMachines } = {};
  const running = () => {
    if (!late.machines) throw new Error('The machines are not there yet');
    return late.machines;
  };
  const aws = createAwsSimulator({
    clock,
    records,
    seed,
    settings: { checksDates: false, consistency: CONSISTENT, ...settings },
    machines: {
      listens: (id, port) => running().listens(id, port),
      gone: (id) => running().gone(id),
    },
  });
  const machines = createMachineSide({ host: aws.host, clusters: () => clusters, records, clock, seed });
  late.machines = machines;
  const clusters: SimulatedClusters = new SimulatedClusters({
    source: machines.source,
    clock: { now: nowMs, monotonic: nowMs },
    secret: seed,
    baseUrl: () => 'https://nowhere.test',
  });
  const defects: string[] = [];
  const gateway = inProcessGateway({ machines, clusters, clock });
  return {
    aws,
    machines,
    clusters,
    transport: ticking(inProcessHandler(aws), () => tick(AWS_MS), defects),
    defects,
    transportFor: (access) => tickingKube(gateway(access), () => tick(KUBE_MS)),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the SDK's own type for a handler of HTTP requests.
type Handler = RequestHandler<any, any, any>;

function ticking(handler: Handler, tick: () => void, defects: string[]): AwsTransport {
  return {
    async handle(request, options) {
      tick();
      const answer = await handler.handle(request, options);
      const { statusCode, body } = answer.response;
      const text = statusCode === 500 ? new TextDecoder().decode(body) : '';
      if (text.includes('SimulatorDefect')) defects.push(text);
      return answer;
    },
  };
}

function tickingKube(transport: KubeTransport, tick: () => void): KubeTransport {
  const send: KubeTransport = (url, request) => {
    tick();
    return transport(url, request);
  };
  const { exec } = transport;
  if (!exec) return send;
  return Object.assign(send, {
    exec: ((url, request) => {
      tick();
      return exec(url, request);
    }) satisfies NonNullable<KubeTransport['exec']>,
  });
}
