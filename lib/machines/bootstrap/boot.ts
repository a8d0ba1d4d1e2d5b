/** BootPort over the secret store, the cluster's own API, and the place where a cloud keeps files for one machine. */

import { type CloudError, fail, ok, type Result } from '../../domain/errors.ts';
import type { ClusterId } from '../../domain/ids.ts';
import { type EpochMs, MINUTE_MS, toInstant } from '../../domain/time.ts';
import type { SelfManagedApi } from '../../kube/self-managed.ts';
import type { SecretStore } from '../../secrets/port.ts';
import type { MachineKey } from '../port.ts';
import { discoveryHash } from './certificates.ts';
import { userDataOf } from './cloud-init.ts';
import { controlPlaneFiles } from './control-plane-files.ts';
import { joinTokenOf } from './join-token.ts';
import { adminKubeconfigOf } from './kubeconfig.ts';
import { createPki, deletePki, type Pki, readPki } from './pki.ts';
import type { BootOrder, BootPort, BootProfile, BootSecretPort } from './port.ts';

export interface BootParts {
  readonly clusterId: ClusterId;
  /** What kubeadm and the cloud controller know the cluster by: its key. */
  readonly clusterName: string;
  /** Behind the pass's guard: a key that is stored late would never be removed. */
  readonly secrets: SecretStore;
  readonly bootSecrets: BootSecretPort;
  readonly profile: BootProfile;
  /** `NotFound` as long as there is no cluster to connect to. */
  workload(): Promise<Result<Pick<SelfManagedApi, 'putJoinToken' | 'removeJoinToken'>>>;
  now(): EpochMs;
}

/**
 * How long a join token lives unless it is extended: a machine that boots, installs and joins takes some five minutes.
 * Our choice.
 */
const TOKEN_LIFETIME_MS = 30 * MINUTE_MS;

export function createBoot(parts: BootParts): BootPort {
  const { clusterId, secrets } = parts;
  const pki = async (): Promise<Result<Pki>> => {
    const found = await readPki(secrets, clusterId);
    return found === undefined ? fail(NO_KEYS) : ok(found);
  };
  return {
    async ensurePki() {
      await createPki(secrets, clusterId, parts.now());
      return ok(undefined);
    },
    hasPki: async () => (await readPki(secrets, clusterId)) !== undefined,
    async prepare(order) {
      const keys = await pki();
      return keys.ok ? prepare(parts, keys.value, order) : keys;
    },
    async extend(key) {
      const keys = await pki();
      return keys.ok ? putToken(parts, keys.value, key) : keys;
    },
    async withdraw(key, role) {
      // Workers have no files of their own.
      const removed = role === 'worker' ? ok(undefined) : await parts.bootSecrets.remove(secretNameOf(key));
      const keys = await readPki(secrets, clusterId);
      return removed.ok && keys !== undefined ? withdrawToken(parts, keys, key) : removed;
    },
    async adminKubeconfig(endpoint, lifetimeMs, holder) {
      const keys = await pki();
      if (!keys.ok) return keys;
      const validity = { fromMs: parts.now(), lifetimeMs };
      const { clusterName } = parts;
      return ok(await adminKubeconfigOf(keys.value.cluster, { clusterName, endpoint, holder, validity }));
    },
    async forget() {
      await deletePki(secrets, clusterId);
      return ok(undefined);
    },
  };
}

const NO_KEYS: CloudError = {
  code: 'NotFound',
  message: 'The keys of the cluster are not there yet.',
  source: 'machines:boot:NoKeys',
};

/** Control-plane machines first get their files, machines that join their token; then both their user data. */
async function prepare(parts: BootParts, pki: Pki, order: BootOrder): Promise<Result<string>> {
  const isControlPlane = order.kind !== 'join-worker';
  if (isControlPlane) {
    const put = await parts.bootSecrets.put(secretNameOf(order), controlPlaneFiles(pki));
    if (!put.ok) return put;
  }
  // The cluster's first token is made by kubeadm itself, together with the cluster.
  if (order.kind !== 'init') {
    const put = await putToken(parts, pki, order);
    if (!put.ok) return put;
  }
  const { id, secret } = joinTokenOf(pki.joinKey, order);
  const facts = {
    order,
    clusterName: parts.clusterName,
    token: `${id}.${secret.reveal()}`,
    discoveryHash: discoveryHash(pki.cluster.certificate),
    ...(isControlPlane ? { fetchScript: parts.bootSecrets.fetchScript(secretNameOf(order)) } : {}),
  };
  return bounded(userDataOf(facts, parts.profile), parts.profile);
}

async function putToken(parts: BootParts, pki: Pki, key: MachineKey): Promise<Result<void>> {
  const workload = await parts.workload();
  if (!workload.ok) return workload;
  const expiresAt = toInstant(parts.now() + TOKEN_LIFETIME_MS);
  return workload.value.putJoinToken({ ...joinTokenOf(pki.joinKey, key), expiresAt });
}

/**
 * An API server that cannot be asked keeps nobody waiting: without it nobody joins, and the token ends by itself. A
 * cluster that is being deleted has none any more.
 */
async function withdrawToken(parts: BootParts, pki: Pki, key: MachineKey): Promise<Result<void>> {
  const workload = await parts.workload();
  if (!workload.ok) return isOutOfReach(workload.error) ? ok(undefined) : workload;
  const removed = await workload.value.removeJoinToken(joinTokenOf(pki.joinKey, key).id);
  return !removed.ok && isOutOfReach(removed.error) ? ok(undefined) : removed;
}

const isOutOfReach = ({ code }: CloudError): boolean => code === 'NotFound' || code === 'Unavailable';

/** Within one cluster; a cloud puts the cluster's name before it. */
const secretNameOf = ({ pool, index, attempt }: MachineKey): string => `${pool}-${index}-${attempt}`;

function bounded(userData: string, { maxUserDataBytes }: BootProfile): Result<string> {
  const bytes = Buffer.byteLength(userData);
  if (bytes <= maxUserDataBytes) return ok(userData);
  return fail({
    code: 'InvalidRequest',
    message: `The user data of the machine has ${bytes} bytes; the cloud takes ${maxUserDataBytes}.`,
    hint: "Give the pool fewer or shorter labels and taints: they are the only part that the pool's spec adds to.",
    source: 'machines:boot:UserDataTooLarge',
  });
}
