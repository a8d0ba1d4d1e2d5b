/** The clouds that Slipway knows. Adding one is a line here and a folder beside it: docs/how-to/add-a-cloud.md. */
import type { CloudType } from '../domain/cluster.ts';
import type { AccountProbe, AccountType, Cloud } from './port.ts';

export interface CloudRegistry {
  /** `undefined`: no such cloud is built in. */
  cloud(type: CloudType): Cloud | undefined;
  account(type: AccountType): AccountProbe | undefined;
}

export function createRegistry(clouds: readonly Cloud[], accounts: readonly AccountProbe[]): CloudRegistry {
  const byType = new Map(clouds.map((cloud) => [cloud.type, cloud]));
  const probes = new Map(accounts.map((probe) => [probe.type, probe]));
  return { cloud: (type) => byType.get(type), account: (type) => probes.get(type) };
}
