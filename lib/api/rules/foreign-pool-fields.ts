/** Pool fields that no cluster of ours has, wherever it runs. Each has a code, so that a form can say what is wrong. */
import { type Finding, violation } from '../../domain/findings.ts';
import type { PoolInput } from '../schemas/pool.ts';

/** A161. */
export function publicIpFindings({ publicIp }: PoolInput, path: string): readonly Finding[] {
  if (publicIp !== true) return [];
  return [violation('PUBLIC_IP_FORBIDDEN', `${path}/publicIp`, 'Nodes never have a public address.')];
}

export function osTypeFindings({ osType, system }: PoolInput, path: string): readonly Finding[] {
  if (osType === undefined || osType === 'Linux') return [];
  return system === true
    ? [violation('SYSTEM_POOL_RESTRICTION', `${path}/osType`, 'A system pool runs Linux.')]
    : [unsupported(`${path}/osType`, 'Nodes run Linux.')];
}

/** A164, A238: fields of control-plane pools on a pool that is none. */
export function controlPlaneFieldFindings(given: PoolInput, path: string): readonly Finding[] {
  const present = (['allowWorkloads', 'chain'] as const).filter((field) => given[field] === true);
  return present.map((field) =>
    violation('FIELD_CONTROL_PLANE_ONLY', `${path}/${field}`, `«${field}» is for control-plane pools.`),
  );
}

/** `message`: who makes the groups instead. */
export function securityGroupFindings(
  { securityGroupName }: PoolInput,
  message: string,
  path: string,
): readonly Finding[] {
  return securityGroupName === undefined ? [] : [unsupported(`${path}/securityGroupName`, message)];
}

export function unsupported(path: string, message: string): Finding {
  return violation('OPERATION_UNSUPPORTED', path, message);
}
