/** Load balancers of type network with their listeners, target groups and targets, as plain records. Ids are ARNs. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Resource, StoredKind } from '../core/shelf.ts';

export interface BalancerZone {
  readonly subnetId: string;
  readonly zone: string;
  readonly interfaceId: string;
}

export interface LoadBalancer extends Resource {
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly zones: readonly BalancerZone[];
  /** Empty: made without, and can never get any. */
  readonly groupIds: readonly string[];
  /** When it becomes active, unless it fails. */
  readonly activeAt: EpochMs;
  /** Why it will have failed by then. */
  readonly failure?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Listener extends Resource {
  readonly balancerArn: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetGroupArn: string;
}

export interface HealthCheck {
  readonly protocol: string;
  /** `traffic-port` or a number. */
  readonly port: string;
  readonly path?: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyCount: number;
  readonly unhealthyCount: number;
  readonly matcher?: string;
}

export interface TargetGroup extends Resource {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'instance';
  readonly check: HealthCheck;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface BalancerTarget {
  readonly key: string;
  readonly groupArn: string;
  readonly instanceId: string;
  readonly port: number;
  readonly registeredAt: EpochMs;
  /** Connections are being drained until then. */
  readonly drainingUntil?: EpochMs;
  /** What the latest probe found, and since when all of them have. */
  readonly probe?: { readonly answers: boolean; readonly since: EpochMs };
  /** What the thresholds made of the probes; absent: still in its first checks. */
  readonly verdict?: 'healthy' | 'unhealthy';
}

export const BALANCER: StoredKind<LoadBalancer> = { type: 'load-balancer', filters: {} };
export const LISTENER: StoredKind<Listener> = { type: 'listener', filters: {} };
export const TARGET_GROUP: StoredKind<TargetGroup> = { type: 'target-group', filters: {} };
