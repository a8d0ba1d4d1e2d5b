/**
 * What has to be true at AWS after a long time in peace: everything is as asked for, later nothing is left of what was
 * deleted, and what was there before is as it was.
 */
import { EVENT_QUEUE } from '../../lib/clouds/aws/names.ts';
import { POOL_TAG, UID_TAG } from '../../lib/clouds/aws/tags.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { targetsTable } from '../../local/clouds/aws/balancing/store.ts';
import { machineTables } from '../../local/machines/machine-records.ts';
import { egressOf, etcdOf, type MachineFact, machinesOf } from './aws-facts.ts';
import type { AwsSide } from './aws-side.ts';
import { differs, type Remains, sorted, wrongDocuments } from './end.ts';

export interface AwsEnd extends Remains {
  readonly side: AwsSide;
  /** What others own, as it was: `foreignOf`. */
  readonly foreign: string;
}

/** What is wrong, in words; empty: nothing. */
export function wrongAtAwsEnd(end: AwsEnd): readonly string[] {
  return [
    ...wrongDocuments(end, (document) => wrongCluster(document, end.side)),
    ...leaks(end),
    ...differs('what others own', end.foreign, foreignOf(end.side)),
  ];
}

function wrongCluster({ id, name, spec }: ClusterDocument, side: AwsSide): readonly string[] {
  const machines = machinesOf(side).filter(({ uid }) => uid === id);
  const nodes = nodesOf(side, id);
  const size = spec.pools.reduce((sum, pool) => sum + pool.size, 0);
  const controlPlane = spec.pools.find(({ role }) => role === 'control-plane');
  const members = machines
    .filter(({ pool }) => pool === controlPlane?.name)
    .map(({ id: machine }) => machine);
  const zones = zonesOf(side, id);
  return [
    ...spec.pools.flatMap((pool) => wrongPool(`${name}/${pool.name}`, pool, machines)),
    ...differs(`${name} machines`, size, machines.length),
    ...differs(`${name} nodes`, size, nodes.filter(({ ready }) => ready).length),
    ...differs(`${name} cordoned nodes`, 0, nodes.filter(({ cordoned }) => cordoned).length),
    ...differs(
      `${name} etcd`,
      members.toSorted(),
      etcdOf(side)
        .find(({ uid }) => uid === id)
        ?.voters.toSorted(),
    ),
    ...differs(`${name} targets`, members.toSorted(), targetsOf(side, members)),
    ...differs(`${name} egress`, { nats: zones, addresses: zones }, egressOf(side).get(id)),
  ];
}

function wrongPool(what: string, pool: PoolSpec, all: readonly MachineFact[]): readonly string[] {
  const machines = all.filter((machine) => machine.pool === pool.name);
  const misfits = machines.filter(
    ({ type, zone }) => type !== pool.instanceType || !pool.zones.includes(zone),
  );
  const wrongly = machines.filter(({ capacity }) => capacity !== (pool.capacity ?? 'on-demand'));
  return [
    ...differs(`${what} machines`, pool.size, machines.length),
    ...misfits.map(({ id, type, zone }) => `${what}: ${id} is ${type} in ${zone}`),
    ...wrongly.map(({ id, capacity }) => `${what}: ${id} is ${capacity}`),
  ];
}

interface NodeFact {
  readonly ready: boolean;
  readonly cordoned: boolean;
}

interface RawNode {
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

function nodesOf({ clusters }: AwsSide, id: string): readonly NodeFact[] {
  const answer = clusters.handle(id, {
    method: 'GET',
    path: '/api/v1/nodes',
    query: new URLSearchParams(),
    headers: {},
    body: '',
    identity: { user: 'admin', groups: ['system:masters'] },
  });
  const { items = [] } = (answer?.body ?? {}) as { readonly items?: readonly RawNode[] };
  return items.map(({ spec, status }) => ({
    ready: status.conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
    cordoned: spec.unschedulable === true,
  }));
}

function targetsOf({ aws }: AwsSide, members: readonly string[]): readonly string[] {
  const targets = aws.change((world) => targetsTable(world).values());
  const groups = new Set(
    targets.filter(({ instanceId }) => members.includes(instanceId)).map(({ groupArn }) => groupArn),
  );
  return targets
    .filter(({ groupArn, drainingUntil }) => groups.has(groupArn) && drainingUntil === undefined)
    .map(({ instanceId }) => instanceId)
    .toSorted();
}

/** Networks only grow: each zone that it ever had keeps its subnets. */
function zonesOf({ aws }: AwsSide, id: string): number {
  const subnets = aws
    .inventory()
    .filter(({ kind, tags }) => kind === 'AWS::EC2::Subnet' && tags[UID_TAG] === id);
  return subnets.length / 2;
}

function leaks({ side, documents, secretNames }: AwsEnd): readonly string[] {
  const live = new Set<string>(documents.map(({ id }) => id));
  const resources = side.aws.inventory().filter(({ tags, name, shared }) => {
    const uid = tags[UID_TAG];
    if (uid !== undefined) return !live.has(uid);
    return (shared === true || name.includes(EVENT_QUEUE)) && live.size === 0;
  });
  const bootSecrets = side.aws
    .inventory()
    .filter(({ kind, tags }) => kind === 'AWS::SecretsManager::Secret' && tags[UID_TAG] !== undefined)
    .map(({ name }) => name);
  const clusters = side.aws.change(({ records }) => machineTables(records).clusters.values());
  const orphans = secretNames.filter(
    (name) => name.startsWith('pki-') && !live.has(name.slice('pki-'.length)),
  );
  return [
    ...resources.map(({ kind, id, name, tags }) => `Leaked ${kind} ${id} ${name} ${tags[POOL_TAG] ?? ''}`),
    ...bootSecrets.map((name) => `Boot secret ${name} is still there`),
    ...orphans.map((name) => `Leaked secret ${name}`),
    ...clusters.filter(({ id }) => !live.has(id)).map(({ id }) => `Machines of ${id} still run`),
  ];
}

/** Everything without our tag. */
export function foreignOf({ aws }: AwsSide): string {
  const items = aws.inventory().filter(({ tags, shared, name }) => {
    return tags[UID_TAG] === undefined && shared !== true && !name.includes(EVENT_QUEUE);
  });
  return sorted(items.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
}
