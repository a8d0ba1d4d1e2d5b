/** What tests read off a simulated AWS and the cluster that runs there. */
import { gunzipSync } from 'node:zlib';
import { adminKubeconfig } from '../../lib/clusters/question.ts';
import { connectSelfManaged } from '../../lib/kube/connect-self-managed.ts';
import type { SelfManagedApi } from '../../lib/kube/self-managed.ts';
import type { InventoryItem } from '../../local/clouds/aws/core/target.ts';
import { sdkClients } from '../../local/clouds/aws/sdk-clients.ts';
import { REGION } from '../builders/aws.ts';
import type { AwsWorld } from './aws-fixture.ts';

/** How many there are of each kind; what clusters of an account share is left out. */
export function kindsOf({ aws }: Pick<AwsWorld, 'aws'>): Readonly<Record<string, number>> {
  return counted(aws.inventory().map(({ kind }) => kind));
}

export function counted(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words.toSorted()) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

export const itemsOf = ({ aws }: Pick<AwsWorld, 'aws'>, kind: string): readonly InventoryItem[] =>
  aws.inventory().filter((item) => item.kind === kind);

export interface MachineSeen {
  readonly id: string;
  /** Empty: the bastion. */
  readonly pool: string;
  readonly zone: string;
  readonly instanceType: string;
  readonly userData: string;
}

/** Those that run. */
export function machinesOf(world: Pick<AwsWorld, 'aws'>, pool?: string): readonly MachineSeen[] {
  const tags = new Map(itemsOf(world, 'AWS::EC2::Instance').map((item) => [item.id, item.tags]));
  return world.aws.host
    .instances()
    .map(({ id, zone, instanceType, userData = '' }) => ({
      id,
      pool: tags.get(id)?.['slipway:pool'] ?? '',
      zone,
      instanceType,
      userData: plainText(userData),
    }))
    .filter((machine) => pool === undefined || machine.pool === pool);
}

function plainText(userData: string): string {
  const bytes = Buffer.from(userData, 'latin1');
  return bytes[0] === 0x1f ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
}

/** Names of what machines join with. */
export function joinTokens({ kube }: Pick<AwsWorld, 'kube'>): readonly string[] {
  const { items } = kube('GET', '/api/v1/namespaces/kube-system/secrets').body as {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  };
  return items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('bootstrap-token-'));
}

/** As an owner of the cluster, with the kubeconfig that is handed out. */
export async function apiOf(world: AwsWorld): Promise<SelfManagedApi> {
  const kubeconfig = await adminKubeconfig(world.deps, await world.document());
  if (!kubeconfig.ok) throw new Error(kubeconfig.error.message);
  const api = connectSelfManaged({ transportFor: world.transportFor, timeoutMs: 1_000 })(kubeconfig.value);
  if (!api.ok) throw new Error(api.error.message);
  return api.value;
}

/** For those who own the account: unmodified clients of the SDK. */
export const ownersClients = ({ aws }: Pick<AwsWorld, 'aws'>) => sdkClients(aws, REGION);

export interface ControlPlaneWatch {
  /** Sizes of etcd, in the order in which they were seen. */
  readonly sizes: readonly number[];
  /** Most machines of the pool that were no voters yet, at the same time. */
  readonly mostJoining: number;
  /** Looks at which nobody answered at the load balancer. */
  readonly downs: number;
  look(): Promise<void>;
}

/** Looks at the control plane after each pass. */
export function watchControlPlane(world: AwsWorld, pool: string): ControlPlaneWatch {
  const seen = { sizes: [] as number[], mostJoining: 0, downs: 0 };
  let api: SelfManagedApi | undefined;
  return {
    get sizes() {
      return seen.sizes;
    },
    get mostJoining() {
      return seen.mostJoining;
    },
    get downs() {
      return seen.downs;
    },
    async look() {
      const { apiEndpoint = '' } = await world.document();
      api ??= await apiOf(world);
      if (world.machines.reach(new URL(apiEndpoint).host) === undefined) seen.downs += 1;
      const via = world
        .nodes()
        .find(({ name, ready, labels }) => ready && isControlPlane(labels) && name)?.name;
      const members = via === undefined ? undefined : await api.etcdMembers(via);
      if (members === undefined || !members.ok) throw new Error('No member of etcd could be asked');
      const voters = members.value.filter(({ learner }) => !learner).length;
      if (seen.sizes.at(-1) !== voters) seen.sizes.push(voters);
      const machines = itemsOf(world, 'AWS::EC2::Instance').filter(
        ({ tags, state }) => tags['slipway:pool'] === pool && (state === 'pending' || state === 'running'),
      );
      seen.mostJoining = Math.max(seen.mostJoining, machines.length - voters);
    },
  };
}

const isControlPlane = (labels: Readonly<Record<string, string>>): boolean =>
  'node-role.kubernetes.io/control-plane' in labels;
