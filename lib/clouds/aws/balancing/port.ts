/**
 * The load balancer in front of the API servers, with its target group and listener, as our steps see them. All are
 * found by name. Deleting what is absent succeeds.
 */
import type { Tags } from '../../../domain/cluster.ts';
import type { Result } from '../../../domain/errors.ts';

/** Of the API server, on the load balancer and on its machines alike. */
export const API_PORT = 6443;

export type Attributes = Readonly<Record<string, string>>;

export interface BalancerSeen {
  readonly arn: string;
  /** `shop-1a2b3c-api-0123456789abcdef.elb.eu-central-1.amazonaws.com` */
  readonly dnsName: string;
  /** `provisioning`, `active`, `active_impaired`, `failed` */
  readonly state: string;
  readonly subnetIds: readonly string[];
  readonly tags: Tags;
}

export interface TargetGroupSeen {
  readonly arn: string;
  readonly tags: Tags;
}

/** What only a further question tells. */
export interface BalancerDetails {
  readonly balancer: Attributes;
  readonly targetGroup: Attributes;
  /** Ports that a listener forwards to the target group. */
  readonly ports: readonly number[];
}

export interface BalancerDraft {
  readonly name: string;
  readonly subnetIds: readonly string[];
  readonly groupId: string;
  readonly tags: Tags;
}

export interface TargetGroupDraft {
  readonly name: string;
  readonly vpcId: string;
  readonly port: number;
  readonly tags: Tags;
}

export interface BalancingPort {
  find(names: {
    readonly balancer: string;
    readonly targetGroup: string;
  }): Promise<Result<{ readonly balancer?: BalancerSeen; readonly targetGroup?: TargetGroupSeen }>>;
  details(balancerArn: string, targetGroupArn: string): Promise<Result<BalancerDetails>>;
  /** Repeatable for the same draft. */
  createBalancer(draft: BalancerDraft): Promise<Result<{ readonly arn: string; readonly dnsName: string }>>;
  /** Repeatable for the same draft. Health is `/readyz` over TLS. */
  createTargetGroup(draft: TargetGroupDraft): Promise<Result<string>>;
  createListener(balancerArn: string, targetGroupArn: string, port: number): Promise<Result<void>>;
  setBalancer(arn: string, attributes: Attributes): Promise<Result<void>>;
  setTargetGroup(arn: string, attributes: Attributes): Promise<Result<void>>;
  /** All of them: zones can be added, never left out. */
  setSubnets(arn: string, subnetIds: readonly string[]): Promise<Result<void>>;
  /** Listeners go with it. */
  removeBalancer(arn: string): Promise<Result<void>>;
  /** `DependencyInUse` while its load balancer goes. */
  removeTargetGroup(arn: string): Promise<Result<void>>;
}
