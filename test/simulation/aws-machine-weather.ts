/**
 * What happens to machines and clusters by themselves, or behind our back: instances that break, that are retired or
 * never join, API servers that are down, people who delete single things. Never more of a control plane at once than it
 * survives: what kills a cluster for good is nothing that anybody could repair.
 */
import {
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DeregisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { UID_TAG } from '../../lib/clouds/aws/tags.ts';
import { targetsTable } from '../../local/clouds/aws/balancing/store.ts';
import { scheduleRetirement } from '../../local/clouds/aws/compute/maintenance.ts';
import { everywhere } from '../../local/clouds/aws/core/shelf.ts';
import { NAT_GATEWAY, ROUTE_TABLE, SECURITY_GROUP_RULE } from '../../local/clouds/aws/network/kinds.ts';
import { isActive, settled } from '../../local/machines/boot-moves.ts';
import { machineTables } from '../../local/machines/machine-records.ts';
import { etcdOf, type MachineFact, machinesOf } from './aws-facts.ts';
import type { AwsSide } from './aws-side.ts';
import { MINUTE } from './deployment.ts';
import type { Dice } from './dice.ts';
import type { Scheduler } from './scheduler.ts';

const RETRY_MS = 30_000;

/** Ends what it began. Undefined: there was nothing to strike. */
type Mend = () => void;
type Strike = (side: AwsSide, which: number) => Mend | undefined;

/** Every fault ends by itself within minutes, the last ones some minutes after `until`. */
export function plantMachineWeather(
  side: AwsSide,
  { scheduler, dice }: { readonly scheduler: Scheduler; readonly dice: Dice },
  span: { readonly from: number; readonly until: number },
): void {
  const storms = Math.floor(dice.between(2, 14));
  for (let storm = 0; storm < storms; storm += 1) {
    const begins = dice.between(span.from, span.until);
    const lasts = dice.between(1, 8) * MINUTE;
    const which = dice.next();
    const strike = dice.pick([
      loseMachine,
      loseMachine,
      loseMember,
      retire,
      neverJoins,
      neverJoins,
      downServer,
      silence(workersOf),
      silence(sparesOf),
      deleteThing(dice.next()),
      deleteThing(dice.next()),
    ]);
    const attempt = () => {
      if (scheduler.now() >= span.until) return;
      const mend = strike(side, which);
      if (mend) scheduler.at(scheduler.now() + lasts, mend);
      else scheduler.at(scheduler.now() + RETRY_MS, attempt);
    };
    scheduler.at(begins, attempt);
  }
}

const NOTHING_TO_MEND: Mend = () => undefined;

/** Machines that no control plane depends on. */
function workersOf(side: AwsSide): readonly MachineFact[] {
  return machinesOf(side).filter(({ pool, isEnding }) => pool !== 'control-plane' && !isEnding);
}

/** A spot instance is warned, any other is gone at once. */
const loseMachine: Strike = (side, which) => {
  const machine = at(workersOf(side), which);
  if (!machine) return undefined;
  side.aws.removeFault(side.aws.addFault({ fault: 'instance-loss', id: machine.id }).id);
  return NOTHING_TO_MEND;
};

/** A node of a control plane that can spare one. */
const loseMember: Strike = (side, which) => {
  const whole = etcdOf(side).filter(
    ({ isWhole, learners, voters }) => isWhole && learners === 0 && voters.length > 2,
  );
  const id = at(at(whole, which)?.voters ?? [], which);
  if (id === undefined) return undefined;
  side.aws.removeFault(side.aws.addFault({ fault: 'instance-loss', id }).id);
  return NOTHING_TO_MEND;
};

/** The kubelet stops reporting, and what runs there goes on: bad for longer than five minutes costs the machine. */
function silence(candidates: (side: AwsSide) => readonly MachineFact[]): Strike {
  return (side, which) => {
    const machine = at(candidates(side), which);
    const node = machine && at(nodesOf(side, machine), 0);
    if (!machine || node === undefined) return undefined;
    const { id } = side.clusters.faults.add(machine.uid, { kind: 'node-lost', node });
    return () => void side.clusters.faults.clear(machine.uid, id);
  };
}

/** Of control planes that can spare one. */
function sparesOf(side: AwsSide): readonly MachineFact[] {
  const voters = new Set(
    etcdOf(side).flatMap(({ isWhole, learners, voters: all }) =>
      isWhole && learners === 0 && all.length > 2 ? all : [],
    ),
  );
  return machinesOf(side).filter(({ id, isEnding }) => voters.has(id) && !isEnding);
}

/** None before it has joined. */
function nodesOf({ aws }: AwsSide, { id }: MachineFact): readonly string[] {
  const boots = aws.change((world) => machineTables(world.records).boots.values());
  return boots.flatMap(({ instance, node }) => (instance.id === id && node ? [node.name] : []));
}

const retire: Strike = (side, which) => {
  const machine = at(workersOf(side), which);
  if (!machine) return undefined;
  side.aws.change((world) => scheduleRetirement(world, machine.id, world.clock.now() + 30 * MINUTE));
  return NOTHING_TO_MEND;
};

const neverJoins: Strike = (side, which) =>
  side.aws.change((world) => {
    const { boots } = machineTables(world.records);
    const boot = at(
      boots.values().filter(({ stage, lostAt }) => isActive(stage) && lostAt === undefined),
      which,
    );
    if (!boot) return undefined;
    boots.put(boot.instance.id, settled(boot, 'failed', world.clock.now()));
    return NOTHING_TO_MEND;
  });

const downServer: Strike = (side, which) => {
  const uid = at(etcdOf(side), which)?.uid;
  if (uid === undefined) return undefined;
  const { id } = side.clusters.faults.add(uid, { kind: 'api-down' });
  return () => void side.clusters.faults.clear(uid, id);
};

/** Somebody deletes one thing of ours. What cannot be deleted now is left. */
function deleteThing(what: number): Strike {
  return (side, which) => {
    const pick = at(DELETIONS, what);
    const deletion = pick?.(side, which);
    if (!deletion) return undefined;
    void deletion.catch(() => undefined);
    return NOTHING_TO_MEND;
  };
}

type Deletion = (side: AwsSide, which: number) => Promise<unknown> | undefined;

const DELETIONS: readonly Deletion[] = [
  (side, which) => {
    const machine = at(workersOf(side), which);
    return machine && side.owner.ec2.send(new TerminateInstancesCommand({ InstanceIds: [machine.id] }));
  },
  ({ aws, owner }, which) => {
    const nat = at(
      aws.change((world) => everywhere(world, NAT_GATEWAY)).filter(({ tags }) => tags[UID_TAG] !== undefined),
      which,
    );
    return nat && owner.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: nat.id }));
  },
  ({ aws, owner }, which) => {
    const tables = aws.change((world) => everywhere(world, ROUTE_TABLE));
    const routes = tables.flatMap(({ id, tags, routes: all }) =>
      tags[UID_TAG] === undefined
        ? []
        : all
            .filter(({ origin }) => origin === 'CreateRoute')
            .map(({ destination }) => ({ id, destination })),
    );
    const route = at(routes, which);
    return (
      route &&
      owner.ec2.send(
        new DeleteRouteCommand({ RouteTableId: route.id, DestinationCidrBlock: route.destination }),
      )
    );
  },
  ({ aws, owner }, which) => {
    const rules = aws.change((world) => everywhere(world, SECURITY_GROUP_RULE));
    const rule = at(
      rules.filter(({ tags, isEgress }) => tags[UID_TAG] !== undefined && !isEgress),
      which,
    );
    return (
      rule &&
      owner.ec2.send(
        new RevokeSecurityGroupIngressCommand({ GroupId: rule.groupId, SecurityGroupRuleIds: [rule.id] }),
      )
    );
  },
  ({ aws, owner }, which) => {
    const target = at(
      aws.change((world) => targetsTable(world).values()),
      which,
    );
    return (
      target &&
      owner.balancing.send(
        new DeregisterTargetsCommand({
          TargetGroupArn: target.groupArn,
          Targets: [{ Id: target.instanceId }],
        }),
      )
    );
  },
];

/** `which`: 0 to 1. */
function at<T>(items: readonly T[], which: number): T | undefined {
  return items[Math.floor(which * items.length)];
}
