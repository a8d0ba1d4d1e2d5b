/** Describing, changing and terminating instances: docs.aws.amazon.com/AWSEC2/latest/APIReference */
import { z } from 'zod';
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Call } from '../core/call.ts';
import { AwsFault, invalidCombination } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { flag, list, paged, text } from '../core/parameters.ts';
import { describe, find } from '../core/shelf.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { consoleOutput } from './console.ts';
import { terminate } from './endings.ts';
import { stateAt } from './instance-life.ts';
import { reservationView, stateView } from './instance-view.ts';
import { INSTANCE, instancesNow } from './kinds.ts';
import type { Instance } from './model.ts';

/** How long the checks of a fresh instance take, our estimate. */
const CHECKING_MS = 90_000;

const describeInstances = operation({
  input: z.strictObject({ InstanceId: list(text), ...paged }),
  handle(world, call) {
    const { InstanceId, ...question } = call.params;
    checkIdsAlone(InstanceId, question.MaxResults);
    const page = describe(world, call, instancesNow(world), { ids: InstanceId, ...question });
    const byReservation = Map.groupBy(page.items, ({ reservationId }) => reservationId);
    return {
      reservationSet: [...byReservation.values()].map((each) => reservationView(world, each, call.nowMs)),
      nextToken: page.nextToken,
    };
  },
});

function checkIdsAlone(ids: readonly string[], maxResults: number | undefined): void {
  if (ids.length > 0 && maxResults !== undefined)
    throw invalidCombination('The parameter instancesSet cannot be used with the parameter maxResults');
}

const describeInstanceStatus = operation({
  input: z.strictObject({ InstanceId: list(text), IncludeAllInstances: flag.default(false), ...paged }),
  handle(world, call) {
    const { InstanceId, IncludeAllInstances, MaxResults, NextToken, Filter } = call.params;
    checkIdsAlone(InstanceId, MaxResults);
    const running = { Name: 'instance-state-name', Value: ['running'] };
    const page = describe(world, call, instancesNow(world), {
      ids: InstanceId,
      Filter: IncludeAllInstances ? Filter : [...Filter, running],
      MaxResults,
      NextToken,
    });
    return {
      instanceStatusSet: page.items.map((instance) => statusView(instance, call.nowMs)),
      nextToken: page.nextToken,
    };
  },
});

function statusView(instance: Instance, now: EpochMs) {
  const state = stateAt(instance, now) ?? 'terminated';
  const checked = { status: checksOf(instance, now) };
  const { maintenance } = instance;
  return {
    instanceId: instance.id,
    availabilityZone: instance.zone,
    instanceState: stateView(state),
    systemStatus: checked,
    instanceStatus: checked,
    eventsSet: maintenance
      ? [
          {
            instanceEventId: maintenance.eventId,
            code: maintenance.code,
            description: 'The instance is running on degraded hardware',
            notBefore: iso(maintenance.notBefore),
            notAfter: iso(maintenance.notAfter),
          },
        ]
      : [],
  };
}

function checksOf(instance: Instance, now: EpochMs): string {
  if (stateAt(instance, now) !== 'running') return 'not-applicable';
  return now < instance.runsAt + CHECKING_MS ? 'initializing' : 'ok';
}

const terminateInstances = operation({
  input: z.strictObject({ InstanceId: list(text) }),
  handle(world, call) {
    const instances = call.params.InstanceId.map((id) => find(world, call, INSTANCE, id));
    const guarded = instances.find(({ isProtected }) => isProtected);
    if (guarded)
      throw new AwsFault(
        'OperationNotPermitted',
        `The instance '${guarded.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    for (const instance of instances) terminate(world, instance, call.nowMs);
    return { instancesSet: instances.map((instance) => changeView(world, call, instance)) };
  },
});

/** `before`: the record as it was. */
function changeView(world: World, { nowMs }: Call, before: Instance) {
  const after = world.compute.stateOf(world, before.id) ?? 'terminated';
  return {
    instanceId: before.id,
    previousState: stateView(stateAt(before, nowMs) ?? 'terminated'),
    currentState: stateView(after),
  };
}

const getConsoleOutput = operation({
  input: z.strictObject({ InstanceId: text, Latest: flag.default(false) }),
  handle(world, call) {
    const { id } = find(world, call, INSTANCE, call.params.InstanceId);
    const output = consoleOutput(world, id, call.nowMs, call.params.Latest);
    return { instanceId: id, timestamp: iso(output?.at ?? call.nowMs), output: output?.text };
  },
});

export const instanceOperations: Operations = {
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
  TerminateInstances: terminateInstances,
  GetConsoleOutput: getConsoleOutput,
};
