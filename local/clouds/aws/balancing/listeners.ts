/** Listeners: a port of a load balancer and the target group that it forwards to. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { nextCount } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, tag, text, whole } from '../core/parameters.ts';
import { allOf, born, drop, put, seen } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { LISTENER, type Listener, type LoadBalancer } from './model.ts';
import { balancingTags, findBalancer, findListener, findTargetGroup, page } from './store.ts';

const view = ({ id, balancerArn, port, protocol, targetGroupArn }: Listener) => ({
  ListenerArn: id,
  LoadBalancerArn: balancerArn,
  Port: port,
  Protocol: protocol,
  DefaultActions: [
    {
      Type: 'forward',
      TargetGroupArn: targetGroupArn,
      Order: 1,
      ForwardConfig: { TargetGroups: [{ TargetGroupArn: targetGroupArn }] },
    },
  ],
});

const Forward = z.strictObject({
  Type: z.enum(['forward']),
  TargetGroupArn: text.optional(),
  Order: whole.optional(),
  ForwardConfig: z
    .strictObject({ TargetGroups: list(z.strictObject({ TargetGroupArn: text, Weight: whole.optional() })) })
    .optional(),
});
const Actions = list(Forward);

/** Network load balancers forward to one group; it must be of their network. */
function groupIn(
  world: World,
  call: Call,
  balancer: LoadBalancer,
  actions: z.output<typeof Actions>,
  protocol: string,
): string {
  const [action, ...more] = actions;
  const arn = action?.TargetGroupArn ?? action?.ForwardConfig?.TargetGroups[0]?.TargetGroupArn;
  if (arn === undefined || more.length > 0)
    throw new AwsFault('ValidationError', 'Exactly one default action with a target group must be specified');
  const group = findTargetGroup(world, call, arn);
  if (group.vpcId !== balancer.vpcId)
    throw new AwsFault(
      'InvalidConfigurationRequest',
      'The target group is in another VPC than the load balancer',
    );
  if (group.protocol !== protocol)
    throw new AwsFault(
      'IncompatibleProtocols',
      `The specified protocol '${protocol}' does not match the protocol of the target group`,
    );
  return group.id;
}

const listenersOn = (world: World, call: Call, balancer: LoadBalancer): readonly Listener[] =>
  allOf(world, LISTENER, call).filter(({ balancerArn }) => balancerArn === balancer.id);

type NewListener = Pick<Listener, 'port' | 'protocol' | 'targetGroupArn' | 'tags'>;

function create(world: World, call: Call, balancer: LoadBalancer, wanted: NewListener): Listener {
  const known = listenersOn(world, call, balancer).find(({ port }) => port === wanted.port);
  if (known && known.protocol === wanted.protocol && known.targetGroupArn === wanted.targetGroupArn)
    return known;
  if (known)
    throw new AwsFault('DuplicateListener', 'A listener already exists on this port for this load balancer');
  const digits = world.chance.hex(`listener/${nextCount(world, 'listener')}`, 16);
  const arn = `${balancer.id.replace(':loadbalancer/', ':listener/')}/${digits}`;
  const listener: Listener = { ...born(call, arn, wanted.tags), ...wanted, balancerArn: balancer.id };
  put(world, LISTENER, listener);
  return listener;
}

function checkPort(port: number): void {
  if (port < 1 || port > 65_535)
    throw new AwsFault('ValidationError', `Port '${port}' must be between 1 and 65535`);
}

const Protocol = z.enum(['TCP', 'UDP', 'TCP_UDP']);

export const listenerOperations: Operations = {
  CreateListener: operation({
    input: z.strictObject({
      LoadBalancerArn: text,
      Port: whole,
      Protocol,
      DefaultActions: Actions,
      Tags: list(tag),
    }),
    handle(world, call) {
      const { LoadBalancerArn, Port, Protocol: protocol, DefaultActions, Tags } = call.params;
      checkPort(Port);
      const balancer = findBalancer(world, call, LoadBalancerArn);
      const targetGroupArn = groupIn(world, call, balancer, DefaultActions, protocol);
      const wanted = { port: Port, protocol, targetGroupArn, tags: balancingTags(Tags) };
      return { Listeners: [view(create(world, call, balancer, wanted))] };
    },
  }),
  DescribeListeners: operation({
    input: z.strictObject({
      LoadBalancerArn: text.optional(),
      ListenerArns: list(text),
      Marker: text.optional(),
      PageSize: whole.optional(),
    }),
    handle(world, call) {
      const { LoadBalancerArn, ListenerArns } = call.params;
      if (LoadBalancerArn === undefined && ListenerArns.length === 0)
        throw new AwsFault('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
      const chosen =
        LoadBalancerArn === undefined
          ? ListenerArns.map((arn) => findListener(world, call, arn))
          : listenersOn(world, call, findBalancer(world, call, LoadBalancerArn)).flatMap(
              (listener) => seen(world, call, listener) ?? [],
            );
      const { items, nextToken } = page(call, chosen, call.params);
      return { Listeners: items.map(view), NextMarker: nextToken };
    },
  }),
  ModifyListener: operation({
    input: z.strictObject({
      ListenerArn: text,
      Port: whole.optional(),
      Protocol: Protocol.optional(),
      DefaultActions: Actions,
    }),
    handle(world, call) {
      const { ListenerArn, DefaultActions } = call.params;
      const former = findListener(world, call, ListenerArn);
      const { Port: port = former.port, Protocol: protocol = former.protocol } = call.params;
      checkPort(port);
      const balancer = findBalancer(world, call, former.balancerArn);
      const others = listenersOn(world, call, balancer).filter(({ id }) => id !== former.id);
      if (others.some((other) => other.port === port))
        throw new AwsFault(
          'DuplicateListener',
          'A listener already exists on this port for this load balancer',
        );
      const targetGroupArn =
        DefaultActions.length > 0
          ? groupIn(world, call, balancer, DefaultActions, protocol)
          : former.targetGroupArn;
      const changed = { ...former, port, protocol, targetGroupArn };
      put(world, LISTENER, changed);
      return { Listeners: [view(changed)] };
    },
  }),
  DeleteListener: operation({
    input: z.strictObject({ ListenerArn: text }),
    handle(world, call) {
      const { id } = findListener(world, call, call.params.ListenerArn);
      drop(world, LISTENER, id);
      return undefined;
    },
  }),
};
