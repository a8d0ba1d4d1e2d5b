/** For tests: a simulated AWS on a clock of the test's own, asked by unmodified SDK clients without a socket. */
import type { MachineSide } from '../../machines/port.ts';
import { type VirtualClock, virtualClock } from '../kit/clock.ts';
import type { Records } from '../kit/records.ts';
import { type AwsSettings, CONSISTENT } from './core/settings.ts';
import { type SdkCredentials, sdkClients } from './sdk-clients.ts';
import { createAwsSimulator } from './simulator.ts';

export const START = Date.parse('2026-11-20T12:00:00Z');
export const MINUTE = 60_000;
export const REGION = 'eu-central-1';

export interface HarnessOptions {
  readonly settings?: Partial<AwsSettings>;
  readonly records?: Records;
  readonly seed?: string;
  readonly clock?: VirtualClock;
  readonly machines?: MachineSide;
}

/**
 * Writes are seen at once unless the settings say otherwise; the SDK signs with the time of the real wall, which the
 * simulator's clock knows nothing of. `as` asks as somebody else, or in another region.
 */
export function awsHarness({ settings, clock = virtualClock(START), ...rest }: HarnessOptions = {}) {
  const simulator = createAwsSimulator({
    ...rest,
    clock,
    settings: { checksDates: false, consistency: CONSISTENT, ...settings },
  });
  const as = (who?: SdkCredentials, region = REGION) => sdkClients(simulator, region, who);
  return { simulator, clock, as, ...as() };
}

export type AwsHarness = ReturnType<typeof awsHarness>;

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
