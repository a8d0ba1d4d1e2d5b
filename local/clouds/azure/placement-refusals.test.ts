import { describe, expect, test } from '@jest/globals';
import {
  type AzureHarness,
  aCluster,
  aPool,
  azureHarness,
  clusterPath,
  MINUTE,
  poolPath,
  subnetPath,
  withCluster,
  withNetwork,
} from './harness.ts';
import { SUBSCRIPTION_ID } from './seed.ts';

/** Status and code, whichever of the two shapes the error has. */
function refusal(answer: {
  readonly status: number;
  readonly body: { error?: { code: string }; code?: string };
}) {
  return [answer.status, answer.body.error?.code ?? answer.body.code];
}

describe('vCPU quota', () => {
  test('is refused at once, with what is left and what is needed in AKS’ own words', () => {
    const azure = azureHarness();
    azure.simulator.addFault({ fault: 'quota', name: 'standardDSv5Family', limit: 10 });
    withCluster(azure);
    const answer = azure.put(poolPath('c1', 'user'), { properties: { count: 3, vmSize: 'Standard_D2s_v5' } });
    expect(refusal(answer)).toEqual([400, 'ErrCode_InsufficientVCPUQuota']);
    expect(answer.body.message).toContain(
      'Insufficient vcpu quota requested 6, remaining 4 for family standardDSv5Family for region westeurope.',
    );
    azure.simulator.clearFaults();
    expect(azure.put(poolPath('c1', 'user'), { properties: { count: 3 } }).status).toBe(201);
  });

  test('350 in all per region, other regions apart', () => {
    const azure = azureHarness();
    const big = (location: string, count: number) =>
      aCluster({ agentPoolProfiles: [aPool({ vmSize: 'Standard_D16s_v5', count })] }, { location });
    const refused = azure.put(clusterPath('c1'), big('westeurope', 22));
    expect(refusal(refused)).toEqual([400, 'ErrCode_InsufficientVCPUQuota']);
    expect(refused.body.message).toContain('left regional vcpu quota 350, requested quota 352.');
    expect(azure.put(clusterPath('c1'), big('westeurope', 21)).status).toBe(201);
    expect(azure.put(clusterPath('c2'), big('northeurope', 21)).status).toBe(201);
    const usages = azure.get(
      `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Compute/locations/westeurope/usages`,
    ).body.value;
    const current = (name: string) =>
      usages.find((usage: { name: { value: string } }) => usage.name.value === name).currentValue;
    expect([current('cores'), current('standardDSv5Family'), current('lowPriorityCores')]).toEqual([
      336, 336, 0,
    ]);
  });
});

describe('a cluster in a network of one’s own', () => {
  const inSubnet = (
    subnet: string,
    properties: Record<string, unknown> = {},
    top: Record<string, unknown> = {},
  ) =>
    aCluster({ ...properties, agentPoolProfiles: [aPool({ vnetSubnetID: subnetPath('net', subnet) })] }, top);
  const identity = (azure: AzureHarness, allowed: boolean) => {
    const principalId = azure.simulator.administration.createIdentity(SUBSCRIPTION_ID, 'platform', 'cluster');
    if (allowed)
      azure.simulator.administration.grant({
        principalId,
        scope: `/subscriptions/${SUBSCRIPTION_ID}`,
        role: {
          roleName: 'Join',
          actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
          notActions: [],
        },
        atOnce: true,
      });
    const id = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/platform/providers/Microsoft.ManagedIdentity/userAssignedIdentities/cluster`;
    return { identity: { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } } };
  };

  test('needs an identity with a role on the subnet, which a Contributor cannot give to a fresh one', () => {
    const azure = azureHarness();
    withNetwork(azure, 'net', { nodes: '10.9.1.0/24' });
    expect(refusal(azure.put(clusterPath('c1'), inSubnet('nodes')))).toEqual([
      403,
      'LinkedAuthorizationFailed',
    ]);
    expect(refusal(azure.put(clusterPath('c1'), inSubnet('nodes', {}, identity(azure, false))))).toEqual([
      403,
      'LinkedAuthorizationFailed',
    ]);
    expect(azure.put(clusterPath('c1'), inSubnet('nodes', {}, identity(azure, true))).status).toBe(201);
  });

  test('or a service principal that has one', () => {
    const azure = azureHarness();
    withNetwork(azure, 'net', { nodes: '10.9.1.0/24' });
    const servicePrincipalProfile = { clientId: '00000000-0000-0000-0000-0000000000c1', secret: 'wrong' };
    const wrong = inSubnet('nodes', { servicePrincipalProfile }, { identity: null });
    expect(refusal(azure.put(clusterPath('c1'), wrong))).toEqual([
      400,
      'ServicePrincipalValidationClientError',
    ]);
    const right = { ...servicePrincipalProfile, secret: 'simulated~azure-demo~secret' };
    const answer = azure.put(
      clusterPath('c1'),
      inSubnet('nodes', { servicePrincipalProfile: right }, { identity: null }),
    );
    expect(answer.status).toBe(201);
    expect(JSON.stringify(answer.body)).not.toContain('simulated~azure-demo~secret');
  });

  test('the subnet must be free of delegations, of the service range, and large enough', () => {
    const azure = azureHarness({ settings: { ownIdentityInForeignSubnet: 'accepted' } });
    withNetwork(azure, 'net', { nodes: '10.9.1.0/24', small: '10.9.2.0/29', mine: '10.9.3.0/24' });
    azure.put(subnetPath('net', 'mine'), {
      properties: {
        addressPrefix: '10.9.3.0/24',
        delegations: [{ name: 'd', properties: { serviceName: 'Microsoft.Web/serverFarms' } }],
      },
    });
    azure.clock.advance(MINUTE);
    expect(refusal(azure.put(clusterPath('c1'), inSubnet('mine')))).toEqual([400, 'SubnetIsDelegated']);
    const overlapping = { networkProfile: { serviceCidr: '10.9.0.0/16', dnsServiceIP: '10.9.0.10' } };
    expect(refusal(azure.put(clusterPath('c1'), inSubnet('nodes', overlapping)))).toEqual([
      400,
      'ServiceCidrOverlapExistingSubnetsCidr',
    ]);
    const flat = { networkProfile: { networkPlugin: 'azure' } };
    const many = azure.put(clusterPath('c1'), inSubnet('small', flat));
    expect(refusal(many)).toEqual([400, 'InsufficientSubnetSize']);
    expect(many.body.message).toContain(
      'Pre-allocated IPs 93 exceeds IPs available 3 in Subnet Cidr 10.9.2.0/29',
    );
    // In an overlay only the nodes take addresses, and three fit.
    expect(azure.put(clusterPath('c1'), inSubnet('small')).status).toBe(201);
  });

  test('all pools or none are in the network', () => {
    const azure = azureHarness({ settings: { ownIdentityInForeignSubnet: 'accepted' } });
    withNetwork(azure, 'net', { nodes: '10.9.1.0/24' });
    const pools = [
      aPool({ vnetSubnetID: subnetPath('net', 'nodes') }),
      aPool({ name: 'user', mode: 'User' }),
    ];
    const answer = azure.put(clusterPath('c1'), aCluster({ agentPoolProfiles: pools }));
    expect(answer.body.message).toBe('The Agentpool user does not have subnet defined.');
  });
});
