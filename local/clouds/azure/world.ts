/** What every handler of the simulated Azure works with, and the shape of a request and a route. */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { Chance } from '../kit/chance.ts';
import type { CloudClock } from '../kit/clock.ts';
import type { Faults } from '../kit/faults.ts';
import type { TokenBuckets } from '../kit/token-bucket.ts';
import type { RunningOperations } from './operations.ts';
import type { AzureSettings, LimitName } from './settings.ts';
import type { Principal, State } from './state.ts';
import type { Tokens } from './tokens.ts';

export interface World {
  readonly state: State;
  readonly clock: CloudClock;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly buckets: TokenBuckets;
  readonly settings: AzureSettings;
  readonly tokens: Tokens;
  readonly running: RunningOperations;
}

/** A request that has passed the front: authenticated, authorised, with a known subscription and resource group. */
export interface ArmRequest {
  readonly method: string;
  readonly path: string;
  /** The origin that the client believes it talks to: every link that we hand out starts with it. */
  readonly origin: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly caller: Principal;
  /** In the SDK's words; what faults are matched by. */
  readonly operation: string;
  readonly now: EpochMs;
  /** A value out of the address; asking for one that the route does not have is a bug. */
  param(name: string): string;
  /** The body as JSON. Throws the service's refusal when it is none. */
  body(): unknown;
}

export interface ArmReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** `{name}` takes one segment; everything else is compared without regard to case. */
  readonly path: string;
  readonly operation: string;
  /** What the caller must be allowed to do, `{namespace}` from the address; absent: any authenticated caller may. */
  readonly action?: string;
  /** The resource provider's own bucket, per address. */
  readonly limit?: LimitName;
  /** The resource group in the address need not exist. */
  readonly groupOptional?: boolean;
  readonly handle: (world: World, request: ArmRequest) => ArmReply;
}

export const reply = (
  status: number,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
): ArmReply => ({
  status,
  ...(body === undefined ? {} : { body }),
  ...(headers ? { headers } : {}),
});
