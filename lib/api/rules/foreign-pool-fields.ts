/**
 * Pool fields that mean something elsewhere but not on AKS. Each gets its own code, so that a form can say what is
 * wrong; a value that asks for what AKS does anyway (no public address, Linux, on demand) is let through.
 */
import { type Finding, violation } from '../../domain/findings.ts';
import type { PoolInput } from '../schemas/pool.ts';

export function foreignPoolFindings(pool: PoolInput, path: string): readonly Finding[] {
  return [
    ...(pool.role === 'control-plane'
      ? [
          violation(
            'CONTROL_PLANE_POOL_NOT_ALLOWED',
            `${path}/role`,
            'Azure runs the control plane of AKS clusters.',
          ),
        ]
      : []),
    ...(pool.publicIp === true
      ? [violation('PUBLIC_IP_FORBIDDEN', `${path}/publicIp`, 'Nodes never have a public address.')]
      : []),
    ...controlPlaneOnly(pool, path),
    ...osTypeFindings(pool, path),
    ...spotFindings(pool, path),
    ...(pool.securityGroupName === undefined
      ? []
      : [
          unsupported(
            `${path}/securityGroupName`,
            'AKS makes the network security group of its nodes itself.',
          ),
        ]),
  ];
}

function controlPlaneOnly(pool: PoolInput, path: string): readonly Finding[] {
  return (['allowWorkloads', 'chain'] as const)
    .filter((field) => pool[field] === true)
    .map((field) =>
      violation('FIELD_CONTROL_PLANE_ONLY', `${path}/${field}`, `«${field}» is for control-plane pools.`),
    );
}

function osTypeFindings({ osType, system }: PoolInput, path: string): readonly Finding[] {
  if (osType === undefined || osType === 'Linux') return [];
  return system === true
    ? [violation('SYSTEM_POOL_RESTRICTION', `${path}/osType`, 'A system pool runs Linux.')]
    : [unsupported(`${path}/osType`, 'Nodes run Linux.')];
}

function spotFindings({ capacity, spot }: PoolInput, path: string): readonly Finding[] {
  return [
    ...(capacity === undefined || capacity === 'on-demand'
      ? []
      : [unsupported(`${path}/capacity`, 'Spot capacity is for worker pools on AWS.')]),
    ...(spot === undefined
      ? []
      : [unsupported(`${path}/spot`, 'Spot settings are for worker pools on AWS.')]),
  ];
}

function unsupported(path: string, message: string): Finding {
  return violation('OPERATION_UNSUPPORTED', path, message);
}
