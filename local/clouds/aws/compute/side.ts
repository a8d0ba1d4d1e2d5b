/** What the rest of the simulated AWS, and what runs on instances, asks of compute. */
import { gunzipSync } from 'node:zlib';
import type { SimulatedInstance } from '../../../machines/port.ts';
import { findInstanceType } from '../catalogue/instance-types.ts';
import type { ComputeSide } from '../core/compute-side.ts';
import type { World } from '../core/world.ts';
import { roleOfInstance } from '../identity/instance-role.ts';
import { roleVerdict } from '../identity/role-verdict.ts';
import { privateDnsName } from '../network/interfaces.ts';
import { lookUp } from '../secrets/store.ts';
import { writeConsole } from './console.ts';
import { lose, priceSpot } from './endings.ts';
import { stateAt } from './instance-life.ts';
import type { Instance } from './model.ts';
import { instanceRecord, livingInstances } from './store.ts';

const CLUSTER_UID = 'slipway:cluster-uid';
const MIB = 1024 * 1024;

export const computeSide: ComputeSide = {
  stateOf(world, id) {
    const instance = instanceRecord(world, id);
    return instance && stateAt(instance, world.clock.now());
  },
  running: (world) =>
    livingInstances(world)
      .filter(({ runsAt }) => runsAt <= world.clock.now())
      .map(asMachine),
  bootSecret,
  console: writeConsole,
  lose,
  priceSpot,
};

function asMachine(instance: Instance): SimulatedInstance {
  const type = findInstanceType(instance.instanceType);
  const clusterUid = instance.tags[CLUSTER_UID];
  return {
    id: instance.id,
    region: instance.region,
    zone: instance.zone,
    privateIp: instance.privateIp,
    privateDnsName: privateDnsName(instance),
    instanceType: instance.instanceType,
    cpuMilli: (type?.vCpus ?? 0) * 1000,
    memoryBytes: (type?.memoryMiB ?? 0) * MIB,
    providerId: `aws:///${instance.zone}/${instance.id}`,
    runningSince: instance.runsAt,
    ...(instance.userData === undefined ? {} : { userData: decoded(instance.userData) }),
    ...(clusterUid === undefined ? {} : { clusterUid }),
  };
}

/** cloud-init takes user data that is packed with gzip, too. */
function decoded(userData: string): string {
  const bytes = Buffer.from(userData, 'base64');
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** As a program on the instance gets it, with the credentials of its role. */
function bootSecret(world: World, name: string, instanceId: string): string | undefined {
  const instance = instanceRecord(world, instanceId);
  const secret = instance && lookUp(world, instance, name);
  if (!instance || !secret || secret.deletion) return undefined;
  const role = roleOfInstance(world, instance);
  const question = { action: 'secretsmanager:GetSecretValue', resource: secret.arn, context: {} };
  if (!role || roleVerdict(role, question) !== 'allowed') return undefined;
  return secret.versions.at(-1)?.content;
}
