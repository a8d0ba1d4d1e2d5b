/** Rules with their targets, and events on their way to the queues that let EventBridge in. */
import { type Place, placeKey } from '../core/call.ts';
import { nextCount } from '../core/ids.ts';
import type { Tags } from '../core/tags.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { letsServiceSend, post, queuesOf } from '../queues/store.ts';
import { fitsPattern, parsePattern } from './event-pattern.ts';

interface RuleTarget {
  readonly Id: string;
  readonly Arn: string;
  /** Sent instead of the event. */
  readonly Input?: string | undefined;
}

export interface Rule extends Place {
  readonly name: string;
  readonly arn: string;
  readonly pattern: string;
  readonly isEnabled: boolean;
  readonly description?: string;
  readonly targets: readonly RuleTarget[];
  readonly tags: Tags;
}

export const rulesOf = (world: World) => world.records.table<Rule>('event-rules', placeKey);

export const ruleArn = ({ region, account }: Place, name: string): string =>
  `arn:aws:events:${region}:${account}:rule/${name}`;

interface CloudEvent extends Place {
  /** `aws.ec2` */
  readonly source: string;
  readonly detailType: string;
  readonly at: number;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** As EventBridge sends from here on its own behalf. */
const SENDER = 'AIDAEVENTBRIDGE00000';
const SERVICE = 'events.amazonaws.com';

/** At once to every target of every rule that fits; targets that do not let it in hear nothing. */
export function publish(world: World, event: CloudEvent): void {
  const { account, region, source, detailType, at, resources, detail } = event;
  const message = {
    version: '0',
    id: world.chance.uuid(`event/${nextCount(world, 'event')}`),
    'detail-type': detailType,
    source,
    account,
    // Whole seconds, as AWS writes them.
    time: iso(at).replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources,
    detail,
  };
  for (const rule of rulesOf(world).inGroup(placeKey(event))) {
    const pattern = rule.isEnabled ? parsePattern(rule.pattern) : undefined;
    if (pattern && fitsPattern(pattern, message)) deliver(world, rule, JSON.stringify(message), at);
  }
}

function deliver(world: World, { arn, account, targets }: Rule, event: string, at: number): void {
  const context = { 'aws:sourcearn': [arn], 'aws:sourceaccount': [account] };
  for (const target of targets) {
    const queue = queuesOf(world).get(target.Arn);
    if (!queue || !letsServiceSend(queue, SERVICE, context)) continue;
    post(world, queue, { body: target.Input ?? event, senderId: SENDER, at });
  }
}
