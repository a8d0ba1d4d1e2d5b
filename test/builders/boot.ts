/** What a machine is told when it boots, for tests of bootstrap. */
import { ok } from '../../lib/domain/errors.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import type { Secret } from '../../lib/domain/secret.ts';
import type { SelfManagedApi } from '../../lib/kube/self-managed.ts';
import type { BootParts } from '../../lib/machines/bootstrap/boot.ts';
import { createBoot } from '../../lib/machines/bootstrap/boot.ts';
import type { BootOrder, BootPort } from '../../lib/machines/bootstrap/port.ts';
import { NOON_MS } from './cluster.ts';
import { MemorySecrets } from './deps.ts';

export const BOOT_CLUSTER = asClusterId('11111111-2222-4333-8444-555555555555');

export function aBootOrder(fields: Partial<BootOrder> = {}): BootOrder {
  return {
    kind: 'join-worker',
    pool: 'workers',
    index: 0,
    attempt: 1,
    endpoint: 'shop-1a2b3c-api-0123.elb.eu-central-1.amazonaws.com:6443',
    kubernetesVersion: 'v1.33.2',
    podCidr: '192.168.0.0/16',
    serviceCidr: '10.96.0.0/12',
    labels: { 'slipway.io/pool': 'workers' },
    taints: [],
    ...fields,
  };
}

type TokenApi = Pick<SelfManagedApi, 'putJoinToken' | 'removeJoinToken'>;

export interface BootUnderTest {
  readonly boot: BootPort;
  readonly secrets: MemorySecrets;
  /** Files of machines, by name. */
  readonly files: Map<string, Secret>;
  /** Join tokens of the cluster: when they end, by id. */
  readonly tokens: Map<string, string>;
  nowMs: number;
}

/** `workload`: how the cluster answers when it is asked for; it works when absent. */
export function aBoot(more: Partial<BootParts> = {}): BootUnderTest {
  const secrets = new MemorySecrets();
  const files = new Map<string, Secret>();
  const tokens = new Map<string, string>();
  const time = { nowMs: NOON_MS };
  const api: TokenApi = {
    putJoinToken: async ({ id, expiresAt }) => {
      tokens.set(id, expiresAt);
      return ok(undefined);
    },
    removeJoinToken: async (id) => {
      tokens.delete(id);
      return ok(undefined);
    },
  };
  const boot = createBoot({
    clusterId: BOOT_CLUSTER,
    clusterName: 'shop-1a2b3c',
    secrets,
    bootSecrets: {
      put: async (name, content) => {
        files.set(name, content);
        return ok(undefined);
      },
      remove: async (name) => {
        files.delete(name);
        return ok(undefined);
      },
      fetchScript: (name) => `#!/usr/bin/env bash\nfetch "\${#name}" ${name}\n`,
    },
    profile: { nodeName: '{{ ds.meta_data.local_hostname }}', maxUserDataBytes: 16_384 },
    workload: async () => ok(api),
    now: () => time.nowMs,
    ...more,
  });
  return {
    boot,
    secrets,
    files,
    tokens,
    get nowMs() {
      return time.nowMs;
    },
    set nowMs(value) {
      time.nowMs = value;
    },
  };
}
