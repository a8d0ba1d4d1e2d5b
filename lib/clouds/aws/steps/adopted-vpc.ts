/** Static placement: the VPC that exists is looked up and adopted; it is never changed and never deleted. */
import { ok } from '../../../domain/errors.ts';
import { blocked, done, type Step } from '../../../domain/plan.ts';
import { awsConfig } from '../aws-config.ts';
import type { NetworkSeen } from '../catalog/port.ts';
import type { NetworkContext } from '../network/context.ts';
import { ACCOUNT_STEP, VPC_STEP } from '../network/outputs.ts';

export interface AdoptedVpcDesired {
  readonly vpcId: string;
  readonly region: string;
}
export interface AdoptedVpcObserved {
  readonly network?: NetworkSeen;
}

export const adoptedVpcStep: Step<NetworkContext, AdoptedVpcDesired, AdoptedVpcObserved, never> = {
  name: VPC_STEP,
  title: 'Find the VPC',
  condition: 'CreatingInfrastructure',
  after: [ACCOUNT_STEP],
  desired(view) {
    const { placement, region } = awsConfig(view.spec);
    if (view.deleting || placement.mode === 'dynamic') return undefined;
    return { vpcId: placement.vpcId, region };
  },
  async observe({ network }, { vpcId }) {
    const seen = await network.network(vpcId);
    if (!seen.ok) return seen;
    return ok(seen.value === undefined ? {} : { network: seen.value });
  },
  plan({ vpcId, region }, { network }) {
    if (!network) return blocked('VpcNotFound', `VPC ${vpcId} does not exist in ${region}.`);
    if (!network.dnsSupport || !network.dnsHostnames) {
      return blocked(
        'VpcDnsDisabled',
        `VPC ${vpcId} needs DNS resolution and DNS hostnames: enableDnsSupport and enableDnsHostnames.`,
      );
    }
    return done('NetworkFound');
  },
  async act(_ctx, _desired, action) {
    return action;
  },
  read(_desired, { network }) {
    if (!network) return {};
    const { id, cidrs } = network;
    return {
      outputs: { vpcId: id, cidrs: [...cidrs] },
      resources: [
        { kind: 'AWS::EC2::VPC', id, name: id, role: 'vpc', origin: 'adopted', state: 'available' },
      ],
    };
  },
};
