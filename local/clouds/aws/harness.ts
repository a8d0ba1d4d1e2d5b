/** For tests: a simulated AWS on a clock of the test's own, asked by unmodified SDK clients without a socket. */
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { MachineSide } from '../../machines/port.ts';
import { type VirtualClock, virtualClock } from '../kit/clock.ts';
import type { Records } from '../kit/records.ts';
import { type AwsSettings, CONSISTENT } from './core/settings.ts';
import { inProcessHandler } from './in-process-handler.ts';
import { DEMO_AWS } from './seed.ts';
import { type AwsSimulator, createAwsSimulator } from './simulator.ts';

export const START = Date.parse('2026-11-20T12:00:00Z');
export const MINUTE = 60_000;
export const REGION = 'eu-central-1';

export interface AwsHarness {
  readonly simulator: AwsSimulator;
  readonly clock: VirtualClock;
  readonly ec2: EC2Client;
  readonly balancing: ElasticLoadBalancingV2Client;
}

export interface HarnessOptions {
  readonly settings?: Partial<AwsSettings>;
  readonly records?: Records;
  readonly seed?: string;
  readonly clock?: VirtualClock;
  readonly machines?: MachineSide;
}

/** What SDK clients are made with to ask this simulator. The wall is the test's: dates of signatures are not checked. */
export function clientOptions(simulator: AwsSimulator, region = REGION) {
  const { accessKeyId, secretAccessKey } = DEMO_AWS;
  return {
    region,
    maxAttempts: 1,
    endpoint: 'http://aws.simulated',
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: inProcessHandler(simulator),
  };
}

/** Writes are seen at once unless the settings say otherwise. */
export function awsHarness(options: HarnessOptions = {}): AwsHarness {
  const clock = options.clock ?? virtualClock(START);
  const simulator = createAwsSimulator({
    ...options,
    clock,
    settings: { checksDates: false, consistency: CONSISTENT, ...options.settings },
  });
  const parts = clientOptions(simulator);
  return {
    simulator,
    clock,
    ec2: new EC2Client(parts),
    balancing: new ElasticLoadBalancingV2Client(parts),
  };
}

/** The wire code that a call is refused with. Throws when it is not. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (typeof outcome !== 'object' || outcome === null) throw new Error('The call was not refused');
  const code = 'Code' in outcome ? outcome.Code : 'name' in outcome ? outcome.name : undefined;
  return String(code);
}
