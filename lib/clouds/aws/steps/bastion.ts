/**
 * The bastion (A204 to A207): one small instance in a public subnet, the only way to the machines by SSH. It is replaced
 * when it is gone, ended when it is not wanted any more, and left alone when people stopped it.
 */
import type { ClusterView, LedgerEntry } from '../../../domain/cluster.ts';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { type EpochMs, type Instant, SECOND_MS, toInstant } from '../../../domain/time.ts';
import { awsConfig } from '../aws-config.ts';
import {
  type BastionDraft,
  type BastionRevision,
  bastionDraft,
  bastionName,
  bastionOrders,
  bastionRevision,
} from '../bastion/wanted-bastion.ts';
import type { InstanceOrder, InstanceSeen, InstancesPort } from '../machines/port.ts';
import type { NetworkOptions } from '../network/context.ts';
import { GATEWAY_STEP, SUBNETS_STEP, textOf } from '../network/outputs.ts';
import { listed } from '../network/recorded.ts';
import { mayHide, SETTLING_LOOK_MS } from '../network/timing.ts';
import { BASTION_STEP, GROUPS_STEP, IMAGE_STEP } from '../outputs.ts';
import { ATTEMPT_TAG, ROLE_TAG, SPEC_TAG } from '../tags.ts';

export interface BastionContext {
  readonly instances: InstancesPort;
  now(): EpochMs;
}

export interface BastionDesired {
  readonly wanted: boolean;
  readonly name: string;
  readonly revision: BastionRevision;
  readonly speed: number;
  /** The last attempt whose client token is spent. */
  readonly attempt: number;
  readonly recorded?: string;
  readonly since?: Instant;
  readonly draft?: BastionDraft;
}

export type BastionAction =
  | { readonly kind: 'launch'; readonly attempt: number }
  | { readonly kind: 'terminate'; readonly ids: readonly string[] };

const STARTING_LOOK_MS = 10 * SECOND_MS;
const ENDING_LOOK_MS = 15 * SECOND_MS;

export function planBastion(
  desired: BastionDesired,
  seen: readonly InstanceSeen[],
  nowMs: EpochMs,
): Plan<BastionAction> {
  const alive = seen.filter(({ state }) => state !== 'gone' && state !== 'leaving');
  if (!desired.wanted) return planAbsence(seen, alive);
  const hides = !seen.some(({ id }) => id === desired.recorded) && desired.recorded !== undefined;
  if (hides && mayHide(desired.since, nowMs, desired.speed)) {
    return wait(SETTLING_LOOK_MS, 'StartingBastion');
  }
  const fitting = alive.filter(({ tags }) => tags[SPEC_TAG] === desired.revision);
  const kept = keptBastion(fitting, desired.recorded);
  const surplus = alive.filter(({ id }) => id !== kept?.id).map(({ id }) => id);
  if (surplus.length > 0) return act({ kind: 'terminate', ids: surplus }, 'RemovingBastion');
  if (!kept) return act({ kind: 'launch', attempt: spentBy(desired, seen) + 1 }, 'StartingBastion');
  return planKept(kept);
}

function planKept({ state, publicIp }: InstanceSeen): Plan<BastionAction> {
  if (state === 'stopped')
    return done('BastionStopped', { message: 'Somebody stopped the bastion; start it in EC2.' });
  if (state === 'launching' || publicIp === undefined) return wait(STARTING_LOOK_MS, 'StartingBastion');
  return done('BastionReady', { message: `The bastion answers at ${publicIp}.` });
}

function planAbsence(seen: readonly InstanceSeen[], alive: readonly InstanceSeen[]): Plan<BastionAction> {
  if (alive.length > 0) {
    return act({ kind: 'terminate', ids: alive.map(({ id }) => id) }, 'RemovingBastion');
  }
  if (seen.some(({ state }) => state === 'leaving')) return wait(ENDING_LOOK_MS, 'RemovingBastion');
  return done('NoBastion');
}

/** The recorded one, else the lowest id: of two that a lost answer left, every pass keeps the same. */
function keptBastion(alive: readonly InstanceSeen[], recorded: string | undefined): InstanceSeen | undefined {
  return alive.find(({ id }) => id === recorded) ?? alive.toSorted((a, b) => (a.id < b.id ? -1 : 1)).at(0);
}

function spentBy({ attempt }: BastionDesired, seen: readonly InstanceSeen[]): number {
  const attempts = seen.map(({ tags }) => Number(tags[ATTEMPT_TAG])).filter(Number.isInteger);
  return Math.max(attempt, ...attempts, 0);
}

export function bastionStep({
  speed,
}: NetworkOptions): Step<BastionContext, BastionDesired, readonly InstanceSeen[], BastionAction> {
  return {
    name: BASTION_STEP,
    title: 'Start the bastion',
    condition: 'CreatingInfrastructure',
    after: [IMAGE_STEP, GROUPS_STEP, SUBNETS_STEP, GATEWAY_STEP],
    desired: (view) => desiredBastion(view, speed),
    async observe({ instances }) {
      const seen = await instances.list();
      return seen.ok ? ok(seen.value.filter(({ tags }) => tags[ROLE_TAG] === 'bastion')) : seen;
    },
    plan: planBastion,
    act: actOnBastion,
    read(desired, seen) {
      const alive = seen.filter(({ state }) => state !== 'gone');
      const kept = desired.wanted ? keptBastion(alive, desired.recorded) : undefined;
      return {
        ...(kept?.publicIp === undefined ? {} : { outputs: { publicIp: kept.publicIp } }),
        resources: alive.map((instance) => rowOf(desired.name, instance)),
      };
    },
  };
}

function desiredBastion(view: ClusterView, speed: number): BastionDesired {
  const { instanceId, attempt, since } = view.outputs(BASTION_STEP);
  const recorded = textOf(instanceId);
  const recordedAt = textOf(since);
  const draft = bastionDraft(view);
  return {
    wanted: awsConfig(view.spec).bastion.enabled && !view.deleting,
    name: bastionName(view),
    revision: bastionRevision(view),
    speed,
    attempt: typeof attempt === 'number' ? attempt : 0,
    ...(draft === undefined ? {} : { draft }),
    ...(recorded === undefined ? {} : { recorded }),
    ...(recordedAt === undefined ? {} : { since: recordedAt }),
  };
}

async function actOnBastion(
  { instances, now }: BastionContext,
  desired: BastionDesired,
  action: BastionAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'launch': {
      const started = await firstWithRoom(
        instances,
        desired.draft ? bastionOrders(desired.draft, action.attempt) : [],
      );
      if (!started.ok) return started;
      const { id, zone } = started.value;
      const outputs = { instanceId: id, attempt: action.attempt, publicIp: null, since: toInstant(now()) };
      return ok({ event: `Started bastion ${id} in ${zone}`, outputs, lookAfterMs: STARTING_LOOK_MS });
    }
    case 'terminate': {
      const ended = await instances.terminate(action.ids);
      if (!ended.ok) return ended;
      return ok({ event: `Ended bastion ${listed(action.ids)}`, lookAfterMs: ENDING_LOOK_MS });
    }
  }
}

/** Zone after zone: a bastion has no place of its own. */
async function firstWithRoom(
  instances: InstancesPort,
  orders: readonly InstanceOrder[],
): Promise<Result<InstanceSeen>> {
  let last: Result<InstanceSeen> = fail({
    code: 'InvalidRequest',
    message: 'There is no public subnet for the bastion.',
    source: 'aws:ec2.runInstances:NoPublicSubnet',
  });
  for (const order of orders) {
    last = await instances.run(order);
    if (last.ok || last.error.code !== 'CapacityUnavailable') return last;
  }
  return last;
}

function rowOf(name: string, { id, zone, state }: InstanceSeen): LedgerEntry {
  return { kind: 'AWS::EC2::Instance', id, name, role: 'bastion', origin: 'created', zone, state };
}
