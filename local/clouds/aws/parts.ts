/** What this AWS consists of. A service may be spread over several parts. */
import { balancingPart } from './balancing/part.ts';
import { computePart } from './compute/part.ts';
import type { ServiceName } from './core/call.ts';
import type { OperationsByService } from './core/front.ts';
import type { DueHandler, Operations, Part } from './core/operation.ts';
import { corePart } from './core/part.ts';
import type { Target } from './core/target.ts';
import { eventsPart } from './events/part.ts';
import { identityPart } from './identity/part.ts';
import { networkPart } from './network/part.ts';
import { pricingPart } from './pricing/part.ts';
import { queuesPart } from './queues/part.ts';
import { quotasPart } from './quotas/part.ts';
import { secretsPart } from './secrets/part.ts';

export const PARTS: readonly Part[] = [
  corePart,
  networkPart,
  balancingPart,
  computePart,
  identityPart,
  queuesPart,
  eventsPart,
  pricingPart,
  quotasPart,
  secretsPart,
];

export function operationsOf(parts: readonly Part[]): OperationsByService {
  const merged = new Map<ServiceName, Operations>();
  for (const part of parts) {
    for (const [name, operations] of entriesOf(part))
      merged.set(name, { ...merged.get(name), ...operations });
  }
  return Object.fromEntries(merged);
}

const NAMES: readonly ServiceName[] = [
  'ec2',
  'elasticloadbalancing',
  'classicbalancing',
  'iam',
  'sts',
  'sqs',
  'events',
  'pricing',
  'servicequotas',
  'secretsmanager',
];

const entriesOf = ({ operations }: Part): readonly (readonly [ServiceName, Operations])[] =>
  NAMES.flatMap((name) => {
    const own = operations[name];
    return own ? [[name, own] as const] : [];
  });

export const handlersOf = (parts: readonly Part[]): ReadonlyMap<string, DueHandler> =>
  new Map(parts.flatMap(({ due = {} }) => Object.entries(due)));

export const targetsOf = (parts: readonly Part[]): readonly Target[] =>
  parts.flatMap(({ targets = [] }) => targets);
