/** Answers of AWS that the rules judge. `undefined` in a field: the question was not asked or not answered. */
import type {
  Limits,
  MachineType,
  NetworkSeen,
  RegionSeen,
  RegionUsage,
  SubnetSeen,
  ZoneSeen,
} from '../catalog/port.ts';

/** `absent`: AWS answered, and there is none. */
export type Found<T> = T | 'absent';

export interface Facts {
  readonly regions?: readonly RegionSeen[];
  readonly zones?: readonly ZoneSeen[];
  readonly keyPairs?: readonly string[];
  readonly types?: readonly MachineType[];
  readonly network?: Found<NetworkSeen>;
  readonly subnets?: readonly SubnetSeen[];
  readonly usage?: RegionUsage;
  readonly limits?: Limits;
}

/** What a finding of an unanswered question says. */
export const QUESTIONS = {
  regions: { path: '/cloud/region', about: 'the region' },
  zones: { path: '/pools', about: 'the availability zones' },
  keyPairs: { path: '/cloud/sshKeyPair', about: 'the key pair' },
  types: { path: '/pools', about: 'the instance types' },
  network: { path: '/cloud/placement/vpcId', about: 'the VPC' },
  subnets: { path: '/cloud/placement', about: 'the subnets' },
  usage: { path: '/pools', about: 'what the quotas have left' },
  limits: { path: '/pools', about: 'the quotas' },
} as const satisfies Record<keyof Facts, { readonly path: string; readonly about: string }>;

export type Question = keyof typeof QUESTIONS;
