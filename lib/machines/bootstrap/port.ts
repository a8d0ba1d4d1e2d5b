/**
 * How a machine becomes a node. Everything is a pure function of the cluster's PKI and the machine's key, so that a
 * launch that is repeated after a lost answer sends the very same bytes.
 */

import type { Tags } from '../../domain/cluster.ts';
import type { Result } from '../../domain/errors.ts';
import type { PoolRole, Taint } from '../../domain/pool.ts';
import type { Secret } from '../../domain/secret.ts';
import type { MachineKey } from '../port.ts';

/** `init` makes the cluster and happens once in its life; the others join it. */
export type BootKind = 'init' | 'join-control-plane' | 'join-worker';

export interface BootOrder extends MachineKey {
  readonly kind: BootKind;
  /** `host:6443` */
  readonly endpoint: string;
  /** `v1.33.2` */
  readonly kubernetesVersion: string;
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly labels: Tags;
  /** All of them: `node-role.kubernetes.io/control-plane` too, unless workloads may run there. */
  readonly taints: readonly Taint[];
}

/**
 * People are in the group `kubeadm:cluster-admins`, whose binding their own administrators can take away. The control
 * plane is in `system:masters`: it must get in while kubeadm has not made that binding yet, and when someone deleted it.
 */
export type Holder = 'people' | 'control-plane';

export interface BootPort {
  /** Makes CAs, service account keys and the key that join tokens are derived from, once; never overwrites them. */
  ensurePki(): Promise<Result<void>>;
  hasPki(): Promise<boolean>;
  /**
   * Puts in place what the machine needs (its join token in the cluster, its files where only it can read them) and
   * gives its user data. Repeatable; an order of the same key gives the same text.
   */
  prepare(order: BootOrder): Promise<Result<string>>;
  /** The join takes longer than the token lives: extends it. */
  extend(key: MachineKey): Promise<Result<void>>;
  /** The machine has joined or is gone: what was put in place for it ends. Absent is a success. */
  withdraw(key: MachineKey, role: PoolRole): Promise<Result<void>>;
  /** Admin kubeconfig with a client certificate of this many milliseconds. */
  adminKubeconfig(endpoint: string, lifetimeMs: number, holder: Holder): Promise<Result<Secret>>;
  /** The cluster is gone: its keys end with it. */
  forget(): Promise<Result<void>>;
}

/** Where a cloud keeps files that only one machine may read, until it has joined. */
export interface BootSecretPort {
  /** Repeatable for the same name and content. */
  put(name: string, content: Secret): Promise<Result<void>>;
  /** At once and for good; absent is a success. */
  remove(name: string): Promise<Result<void>>;
  /** A bash script that prints the content, on the machine, as the machine. No secret in it. */
  fetchScript(name: string): string;
}

/** What differs between clouds when a machine boots. */
export interface BootProfile {
  /** As cloud-init sees it: `{{ ds.meta_data.local_hostname }}` makes the user data a jinja template. */
  readonly nodeName: string;
  readonly maxUserDataBytes: number;
}
