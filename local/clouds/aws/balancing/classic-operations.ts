/** The API of classic load balancers, as far as the cloud controller of Kubernetes and those who clean up after it use it. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, tag, text, whole } from '../core/parameters.ts';
import { allOf, put, seen } from '../core/shelf.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { CLASSIC, type ClassicBalancer, createClassic, findClassic, removeClassic } from './classic.ts';
import { asInputs, balancingTags, page } from './store.ts';

const Listener = z.strictObject({
  Protocol: text,
  LoadBalancerPort: whole,
  InstanceProtocol: text.optional(),
  InstancePort: whole,
});

const MAX_NAMES = 20;

function checkCount(names: readonly string[]): void {
  if (names.length === 0 || names.length > MAX_NAMES)
    throw new AwsFault('ValidationError', `Between 1 and ${MAX_NAMES} load balancer names must be specified`);
}

function view(balancer: ClassicBalancer) {
  return {
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    CreatedTime: iso(balancer.createdAt),
    Scheme: balancer.scheme,
    VPCId: balancer.vpcId,
    Subnets: balancer.zones.map(({ subnetId }) => subnetId),
    AvailabilityZones: balancer.zones.map(({ zone }) => zone),
    SecurityGroups: balancer.groupIds,
    Instances: [],
    ListenerDescriptions: balancer.listeners.map(({ protocol, port, instanceProtocol, instancePort }) => ({
      Listener: {
        Protocol: protocol,
        LoadBalancerPort: port,
        InstanceProtocol: instanceProtocol,
        InstancePort: instancePort,
      },
      PolicyNames: [],
    })),
  };
}

/** All that this reader sees, or those that are named, which must all be there. */
function chosen(world: World, call: Call, names: readonly string[]): readonly ClassicBalancer[] {
  if (names.length > 0) return names.map((name) => findClassic(world, call, name));
  return allOf(world, CLASSIC, call).flatMap((each) => seen(world, call, each) ?? []);
}

export const classicOperations: Operations = {
  CreateLoadBalancer: operation({
    input: z.strictObject({
      LoadBalancerName: text,
      Listeners: list(Listener),
      Subnets: list(text),
      SecurityGroups: list(text),
      Scheme: z.enum(['internet-facing', 'internal']).default('internet-facing'),
      Tags: list(tag),
    }),
    handle(world, call) {
      const { LoadBalancerName, Listeners, Subnets, SecurityGroups, Scheme, Tags } = call.params;
      if (Listeners.length === 0)
        throw new AwsFault('ValidationError', 'At least one listener must be specified');
      const { dnsName } = createClassic(world, call, {
        name: LoadBalancerName,
        scheme: Scheme,
        subnetIds: Subnets,
        groupIds: SecurityGroups,
        listeners: Listeners.map((listener) => ({
          protocol: listener.Protocol,
          port: listener.LoadBalancerPort,
          instanceProtocol: listener.InstanceProtocol ?? listener.Protocol,
          instancePort: listener.InstancePort,
        })),
        tags: balancingTags(Tags),
      });
      return { DNSName: dnsName };
    },
  }),
  DescribeLoadBalancers: operation({
    input: z.strictObject({
      LoadBalancerNames: list(text),
      Marker: text.optional(),
      PageSize: whole.optional(),
    }),
    handle(world, call) {
      const all = chosen(world, call, call.params.LoadBalancerNames);
      const { items, nextToken } = page(call, all, call.params);
      return { LoadBalancerDescriptions: items.map(view), NextMarker: nextToken };
    },
  }),
  DeleteLoadBalancer: operation({
    input: z.strictObject({ LoadBalancerName: text }),
    handle(world, call) {
      removeClassic(world, call, call.params.LoadBalancerName);
      return undefined;
    },
  }),
  DescribeTags: operation({
    input: z.strictObject({ LoadBalancerNames: list(text) }),
    handle(world, call) {
      const names = call.params.LoadBalancerNames;
      checkCount(names);
      return {
        TagDescriptions: names.map((name) => ({
          LoadBalancerName: name,
          Tags: asInputs(seenTags(world, call, name)),
        })),
      };
    },
  }),
  AddTags: operation({
    input: z.strictObject({ LoadBalancerNames: list(text), Tags: list(tag) }),
    handle(world, call) {
      const { LoadBalancerNames, Tags } = call.params;
      checkCount(LoadBalancerNames);
      const added = balancingTags(Tags);
      for (const name of LoadBalancerNames) {
        const found = findClassic(world, call, name);
        const tags = balancingTags(asInputs({ ...found.tags, ...added }));
        put(world, CLASSIC, { ...found, tags, taggedAt: call.nowMs });
      }
      return undefined;
    },
  }),
};

const seenTags = (world: World, call: Call, name: string) => {
  const found = findClassic(world, call, name);
  return seen(world, call, found)?.tags ?? {};
};
