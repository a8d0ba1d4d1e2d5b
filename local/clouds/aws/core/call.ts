/** A request as operations see it: who asks for what, where and when. The wire is behind it. */
import type { EpochMs } from '../../../../lib/domain/time.ts';

/** As credential scopes name them; the classic API of load balancing shares the name of the later one there. */
export type ServiceName =
  | 'ec2'
  | 'elasticloadbalancing'
  | 'classicbalancing'
  | 'iam'
  | 'sts'
  | 'sqs'
  | 'events'
  | 'pricing'
  | 'servicequotas'
  | 'secretsmanager';

/** Where most things live: an account's part of a region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

export interface Caller {
  readonly accessKeyId: string;
  readonly account: string;
  /** `arn:aws:iam::123456789012:user/slipway` */
  readonly arn: string;
  readonly userId: string;
}

/** `P`: parameters by their names on the wire, parsed by the operation's schema. */
export interface Call<P = unknown> extends Place {
  readonly service: ServiceName;
  /** `RunInstances` */
  readonly operation: string;
  readonly caller: Caller;
  readonly params: P;
  readonly nowMs: EpochMs;
  /** Of this request alone: key of draws that differ from one reader to the next. */
  readonly requestId: string;
}

/** The region of what belongs to an account as a whole: IAM. */
export const GLOBAL_REGION = 'aws-global';

export const placeKey = ({ account, region }: Place): string => `${account}/${region}`;

export const samePlace = (one: Place, other: Place): boolean =>
  one.account === other.account && one.region === other.region;
