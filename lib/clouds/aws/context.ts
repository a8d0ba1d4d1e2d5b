/**
 * What the steps of an AWS cluster may reach during one pass. Instances are listed once and nodes are listed once for
 * all steps; a write to either forgets them, so that nothing is planned from what it changed. No network here.
 */
import type { AgentRegistry } from '../../agents/registry.ts';
import type { ClusterView } from '../../domain/cluster.ts';
import { fail, ok, type Result } from '../../domain/errors.ts';
import type { MachinePrices } from '../../domain/prices.ts';
import { type EpochMs, HOUR_MS } from '../../domain/time.ts';
import type { ConnectSelfManaged, SelfManagedApi } from '../../kube/self-managed.ts';
import { createBoot } from '../../machines/bootstrap/boot.ts';
import type { BootPort } from '../../machines/bootstrap/port.ts';
import type { MachineContext } from '../../machines/port.ts';
import type { SecretStore } from '../../secrets/port.ts';
import { type Once, once } from '../once.ts';
import { openBalancing } from './balancing/sdk-balancing.ts';
import { openEvents } from './events/sdk-events.ts';
import { openIdentity } from './identity/sdk-identity.ts';
import { openImages } from './images/sdk-images.ts';
import { openLeavings } from './leavings/sdk-leavings.ts';
import { openBootSecrets } from './machines/boot-secrets.ts';
import { awsMachineCloud } from './machines/machine-cloud.ts';
import { openMachines } from './machines/machine-port.ts';
import type { InstanceSeen, InstancesPort } from './machines/port.ts';
import { MAX_USER_DATA_BYTES } from './machines/run-request.ts';
import { openInstances } from './machines/sdk-instances.ts';
import { openTargets } from './machines/targets.ts';
import { keyOf } from './names.ts';
import type { NetworkContext } from './network/context.ts';
import { openNetwork } from './network/ec2-network.ts';
import { balancerOf } from './outputs.ts';
import { openOwned } from './owned/sdk-owned.ts';
import { openSecurity } from './security/sdk-security.ts';
import type { AwsSession } from './session.ts';
import type { BastionContext } from './steps/bastion.ts';
import type { EventsContext } from './steps/events.ts';
import type { ImageContext } from './steps/image.ts';
import type { IdentityContext } from './steps/instance-profiles.ts';
import type { LeavingsContext } from './steps/leavings.ts';
import type { BalancingContext } from './steps/load-balancer.ts';
import type { SecurityContext } from './steps/security-groups.ts';
import type { TagsContext } from './steps/tags.ts';

export interface AwsContext
  extends NetworkContext,
    ImageContext,
    SecurityContext,
    BalancingContext,
    IdentityContext,
    BastionContext,
    EventsContext,
    TagsContext,
    MachineContext {
  readonly leavings: LeavingsContext['leavings'];
  readonly agents: AgentRegistry;
}

export interface ContextParts {
  readonly view: ClusterView;
  readonly session: AwsSession;
  /** Behind the pass's guard. */
  readonly secrets: SecretStore;
  readonly connect: ConnectSelfManaged;
  readonly prices: (instanceType: string) => Promise<Result<MachinePrices>>;
  readonly hasNeighbours: () => Promise<boolean>;
  readonly agents: AgentRegistry;
  readonly now: () => EpochMs;
}

/** Of our own client certificate: a pass lasts a minute. */
const OWN_ACCESS_MS = HOUR_MS;

export function openContext(parts: ContextParts): AwsContext {
  const { view, session, now } = parts;
  const network = lazily(() => openNetwork(session));
  const images = lazily(() => openImages(session));
  const security = lazily(() => openSecurity(session));
  const balancing = lazily(() => openBalancing(session));
  const identity = lazily(() => openIdentity(session));
  const events = lazily(() => openEvents(session));
  const leavings = lazily(() => openLeavings(session));
  const owned = lazily(() => openOwned(session, view));
  return {
    ...openMachineSide(parts),
    now,
    hasNeighbours: parts.hasNeighbours,
    agents: parts.agents,
    get network() {
      return network();
    },
    get images() {
      return images();
    },
    get security() {
      return security();
    },
    get balancing() {
      return balancing();
    },
    get identity() {
      return identity();
    },
    get events() {
      return events();
    },
    get leavings() {
      return leavings();
    },
    get owned() {
      return owned();
    },
  };
}

/** Clients are made when a step first needs them: most passes need one or two. */
function lazily<T>(open: () => T): () => T {
  let opened: { readonly port: T } | undefined;
  return () => {
    opened ??= { port: open() };
    return opened.port;
  };
}

type MachineSide = Omit<MachineContext, 'now'> & Pick<BastionContext, 'instances'>;

function openMachineSide({ view, session, secrets, connect, prices, now }: ContextParts): MachineSide {
  const ec2 = openInstances(session, view.id);
  const listed = once(() => ec2.list());
  const instances = remembering(ec2, listed);
  const machines = openMachines({
    view,
    instances,
    prices,
    targets: () => openTargets(() => session.balancing, balancerOf(view).targetGroupArn),
  });
  const connected = once(() => connectOwn({ view, boot, connect, forgetNodes: () => nodes.forget() }));
  const workload = async (): Promise<Result<SelfManagedApi>> => {
    const api = await connected.get();
    // Keys and address may come to be in this very pass.
    if (!api.ok) connected.forget();
    return api;
  };
  const nodes = once(async () => {
    const api = await workload();
    return api.ok ? api.value.listNodes() : api;
  });
  const boot = createBoot({
    clusterId: view.id,
    clusterName: keyOf(view),
    secrets,
    bootSecrets: openBootSecrets(session, view),
    profile: { nodeName: NODE_NAME, maxUserDataBytes: MAX_USER_DATA_BYTES },
    workload,
    now,
  });
  return { instances, boot, workload, machines, listMachines: machines.list, nodes: nodes.get };
}

/** The cloud controller finds an instance by the private name that EC2 gave it. */
const NODE_NAME = '{{ ds.meta_data.local_hostname }}';

/** Even a failed write may have changed something. */
function remembering(ec2: InstancesPort, listed: Once<Result<readonly InstanceSeen[]>>): InstancesPort {
  const then = async <T>(write: Promise<T>): Promise<T> => {
    try {
      return await write;
    } finally {
      listed.forget();
    }
  };
  return {
    list: listed.get,
    run: (order) => then(ec2.run(order)),
    terminate: (ids) => then(ec2.terminate(ids)),
    console: (id) => ec2.console(id),
  };
}

interface OwnAccess {
  readonly view: ClusterView;
  readonly boot: Pick<BootPort, 'adminKubeconfig'>;
  readonly connect: ConnectSelfManaged;
  readonly forgetNodes: () => void;
}

/** The keys are ours, so there is nothing to fetch: a certificate is made for the pass. */
async function connectOwn({ view, boot, connect, forgetNodes }: OwnAccess): Promise<Result<SelfManagedApi>> {
  const endpoint = awsMachineCloud.endpoint(view);
  if (endpoint === undefined) return fail(NO_CLUSTER);
  const kubeconfig = await boot.adminKubeconfig(endpoint, OWN_ACCESS_MS, 'control-plane');
  if (!kubeconfig.ok) return kubeconfig;
  const api = connect(kubeconfig.value);
  return api.ok ? ok(forgetting(api.value, forgetNodes)) : api;
}

export const NO_CLUSTER = {
  code: 'NotFound',
  message: 'NotFound: the cluster does not exist yet',
  source: 'aws:kubeconfig:NoCluster',
} as const;

function forgetting(api: SelfManagedApi, forget: () => void): SelfManagedApi {
  const then = <A extends readonly unknown[], T>(write: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      try {
        return await write(...args);
      } finally {
        forget();
      }
    };
  };
  return {
    ...api,
    cordon: then(api.cordon),
    uncordon: then(api.uncordon),
    drain: then(api.drain),
    deleteNode: then(api.deleteNode),
    shapeNode: then(api.shapeNode),
  };
}
