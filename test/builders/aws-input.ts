/** Bodies about clusters on EC2 as people send them, and the profile that they name. */
import type { ProfileVersion } from '../../lib/domain/profile.ts';
import { aProfile } from './cluster.ts';

type Fields = Readonly<Record<string, unknown>>;

export const VPC = 'vpc-0123456789abcdef0';
export const subnet = (n: number) => `subnet-0123456789abcdef${n}`;
export const STATIC = {
  mode: 'static',
  vpcId: VPC,
  controlPlaneSubnetIds: [subnet(1), subnet(2)],
  workerSubnetIds: [subnet(3), subnet(4)],
} as const;

export function anAwsCloudInput(fields: Fields = {}): Fields {
  return { type: 'aws', account: 'aws-demo', region: 'eu-central-1', sshKeyPair: 'default', ...fields };
}

export function anAwsInput(fields: Fields = {}): Fields {
  return {
    name: 'shop',
    profile: { name: 'aws-base', version: '1.0.0' },
    cloud: anAwsCloudInput(),
    ...fields,
  };
}

export function aControlPlaneInput(fields: Fields = {}): Fields {
  return { name: 'control-plane', role: 'control-plane', size: 3, instanceType: 'm5.large', ...fields };
}

export function anAwsPoolInput(fields: Fields = {}): Fields {
  return { name: 'worker', size: 3, instanceType: 'm5.large', ...fields };
}

/** A good cluster with other fields in one place. */
export const inAws = (fields: Fields) => anAwsInput({ cloud: anAwsCloudInput(fields) });
export const withControlPlane = (fields: Fields) =>
  anAwsInput({ pools: [aControlPlaneInput(fields), anAwsPoolInput()] });
export const withWorkers = (fields: Fields) =>
  anAwsInput({ pools: [aControlPlaneInput(), anAwsPoolInput(fields)] });

export function anAwsProfile(fields: Partial<ProfileVersion> = {}): ProfileVersion {
  return aProfile({
    name: 'aws-base',
    cloudType: 'aws',
    layers: [
      { layer: 'os', pack: 'ubuntu', version: '24.04', values: {} },
      { layer: 'kubernetes', pack: 'kubernetes', version: '1.33.2', values: {} },
      { layer: 'cni', pack: 'cni-flannel', version: '1.0.0', values: {} },
      { layer: 'csi', pack: 'csi-aws-ebs', version: '1.0.0', values: {} },
    ],
    ...fields,
  });
}
