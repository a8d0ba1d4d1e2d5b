/** Attributes of load balancers and target groups: which there are, what they start with, what they may be. */
import { AwsFault } from '../core/fault.ts';

type Attributes = Readonly<Record<string, string>>;

/** Key to the default and what values have to fit; docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
const BALANCER_ATTRIBUTES: Readonly<Record<string, readonly [value: string, fits: RegExp]>> = {
  'access_logs.s3.bucket': ['', /^.*$/],
  'access_logs.s3.enabled': ['false', /^(?:true|false)$/],
  'access_logs.s3.prefix': ['', /^.*$/],
  'deletion_protection.enabled': ['false', /^(?:true|false)$/],
  'dns_record.client_routing_policy': [
    'any_availability_zone',
    /^(?:availability_zone_affinity|partial_availability_zone_affinity|any_availability_zone)$/,
  ],
  'load_balancing.cross_zone.enabled': ['false', /^(?:true|false)$/],
  'zonal_shift.config.enabled': ['false', /^(?:true|false)$/],
};

/** docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
const GROUP_ATTRIBUTES: Readonly<Record<string, readonly [value: string, fits: RegExp]>> = {
  'deregistration_delay.connection_termination.enabled': ['false', /^(?:true|false)$/],
  'deregistration_delay.timeout_seconds': ['300', /^(?:\d{1,3}|[12]\d{3}|3[0-5]\d\d|3600)$/],
  'load_balancing.cross_zone.enabled': [
    'use_load_balancer_configuration',
    /^(?:true|false|use_load_balancer_configuration)$/,
  ],
  'preserve_client_ip.enabled': ['true', /^(?:true|false)$/],
  'proxy_protocol_v2.enabled': ['false', /^(?:true|false)$/],
  'stickiness.enabled': ['false', /^(?:true|false)$/],
  'stickiness.type': ['source_ip', /^source_ip$/],
  'target_group_health.dns_failover.minimum_healthy_targets.count': ['1', /^(?:off|\d+)$/],
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': ['off', /^(?:off|\d+)$/],
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': ['1', /^\d+$/],
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': ['off', /^(?:off|\d+)$/],
  'target_health_state.unhealthy.connection_termination.enabled': ['true', /^(?:true|false)$/],
  'target_health_state.unhealthy.draining_interval_seconds': [
    '0',
    /^(?:\d{1,5}|[12]\d{5}|3[0-5]\d{4}|360000)$/,
  ],
};

type Known = typeof BALANCER_ATTRIBUTES;

const defaultsOf = (known: Known): Attributes =>
  Object.fromEntries(Object.entries(known).map(([key, [value]]) => [key, value]));

export const balancerDefaults = (): Attributes => defaultsOf(BALANCER_ATTRIBUTES);
export const groupDefaults = (): Attributes => defaultsOf(GROUP_ATTRIBUTES);

interface AttributeInput {
  readonly Key: string;
  readonly Value: string;
}

function changed(known: Known, former: Attributes, inputs: readonly AttributeInput[]): Attributes {
  for (const { Key, Value } of inputs) {
    const rule = Object.hasOwn(known, Key) ? known[Key] : undefined;
    if (!rule) throw new AwsFault('ValidationError', `Attribute key '${Key}' is not recognized`);
    if (!rule[1].test(Value))
      throw new AwsFault('ValidationError', `'${Value}' is not a valid value for attribute '${Key}'`);
  }
  return { ...former, ...Object.fromEntries(inputs.map(({ Key, Value }) => [Key, Value])) };
}

export const changedBalancer = (former: Attributes, inputs: readonly AttributeInput[]): Attributes =>
  changed(BALANCER_ATTRIBUTES, former, inputs);
export const changedGroup = (former: Attributes, inputs: readonly AttributeInput[]): Attributes =>
  changed(GROUP_ATTRIBUTES, former, inputs);

export const attributeList = (attributes: Attributes) =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
