import { describe, expect, test } from '@jest/globals';
import {
  aCluster,
  aPool,
  azureHarness,
  clusterPath,
  GROUP,
  MINUTE,
  networkPath,
  subnetPath,
  withNetwork,
} from './harness.ts';

const network = (properties: Record<string, unknown> = {}) => ({
  location: 'westeurope',
  properties: { addressSpace: { addressPrefixes: ['10.9.0.0/16'] }, ...properties },
});
const securityGroup = `${GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg`;

describe('a virtual network', () => {
  test('is created with 201 and Updating, is Succeeded within seconds, and goes with 202, 200 Deleting, 404', () => {
    const azure = azureHarness();
    const created = azure.put(networkPath('net'), network());
    expect([created.status, created.body.properties.provisioningState]).toEqual([201, 'Updating']);
    expect(created.body.etag).toMatch(/^W\/"[0-9a-f-]{36}"$/);
    expect(created.headers['azure-asyncoperation']).toMatch(/api-version=2026-06-01&t=/);
    expect(azure.put(networkPath('net'), network()).body.error.code).toBe('AnotherOperationInProgress');
    azure.clock.advance(8000);
    expect(azure.get(networkPath('net')).body.properties.provisioningState).toBe('Succeeded');
    expect(azure.put(networkPath('net'), network()).status).toBe(200);
    azure.clock.advance(8000);
    expect(azure.del(networkPath('net')).status).toBe(202);
    expect(azure.get(networkPath('net')).body.properties.provisioningState).toBe('Deleting');
    azure.clock.advance(8000);
    expect(azure.get(networkPath('net')).status).toBe(404);
    expect(azure.del(networkPath('net')).status).toBe(204);
  });

  test.each([
    ['an unknown member', network({ colour: 1 }), 'InvalidRequestFormat'],
    ['no location', { properties: {} }, 'LocationRequired'],
    ['no address space', { location: 'westeurope', properties: {} }, 'NetcfgInvalidVirtualNetworkSite'],
    [
      'a malformed address space',
      network({ addressSpace: { addressPrefixes: ['10.9.0.0'] } }),
      'InvalidAddressPrefixFormat',
    ],
    [
      'a subnet outside of it',
      network({ subnets: [{ name: 'a', properties: { addressPrefix: '10.8.0.0/24' } }] }),
      'NetcfgInvalidSubnet',
    ],
    [
      'subnets that overlap',
      network({
        subnets: [
          { name: 'a', properties: { addressPrefix: '10.9.0.0/24' } },
          { name: 'b', properties: { addressPrefix: '10.9.0.128/25' } },
        ],
      }),
      'NetcfgSubnetRangesOverlap',
    ],
    [
      'a security group that is not there',
      network({
        subnets: [
          {
            name: 'a',
            properties: { addressPrefix: '10.9.0.0/24', networkSecurityGroup: { id: securityGroup } },
          },
        ],
      }),
      'InvalidResourceReference',
    ],
  ])('is refused with %s', (_title, body, code) => {
    const azure = azureHarness();
    const answer = azure.put(networkPath('net'), body);
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
    expect(azure.simulator.inventory()).toEqual([]);
  });

  test('a PUT without subnets deletes them, or keeps them where that is how it behaves', () => {
    for (const [behaviour, left] of [
      ['deletes', 0],
      ['keeps', 1],
    ] as const) {
      const azure = azureHarness({ settings: { virtualNetworkPutWithoutSubnets: behaviour } });
      withNetwork(azure, 'net', { nodes: '10.9.1.0/24' });
      expect(azure.put(networkPath('net'), network()).body.properties.subnets).toHaveLength(left);
    }
  });

  test('a stale etag is 412', () => {
    const azure = azureHarness();
    withNetwork(azure, 'net', {});
    const { etag } = azure.get(networkPath('net')).body;
    expect(azure.put(networkPath('net'), network(), { 'if-match': etag }).status).toBe(200);
    azure.clock.advance(MINUTE);
    expect(azure.put(networkPath('net'), network(), { 'if-match': etag }).status).toBe(412);
  });
});

describe('a subnet in use', () => {
  const withNodes = () => {
    const azure = azureHarness({ settings: { ownIdentityInForeignSubnet: 'accepted' } });
    withNetwork(azure, 'net', { nodes: '10.9.1.0/24' });
    azure.put(
      clusterPath('c1'),
      aCluster({ agentPoolProfiles: [aPool({ vnetSubnetID: subnetPath('net', 'nodes') })] }),
    );
    azure.clock.advance(10 * MINUTE);
    return azure;
  };

  test('shows who lives in it, and what is left', () => {
    const azure = withNodes();
    const subnet = azure.get(subnetPath('net', 'nodes')).body;
    expect(subnet.properties.ipConfigurations).toHaveLength(3);
    expect(azure.simulator.machines(clusterPath('c1')).map(({ privateIp }) => privateIp)).toEqual([
      '10.9.1.4',
      '10.9.1.5',
      '10.9.1.6',
    ]);
    expect(azure.get(`${networkPath('net')}/usages`).body.value[0]).toMatchObject({
      currentValue: 3,
      limit: 251,
    });
  });

  test('cannot be deleted, nor its network, nor left out of a PUT, until the cluster is gone', () => {
    const azure = withNodes();
    const code = 'InUseSubnetCannotBeDeleted';
    expect(azure.del(subnetPath('net', 'nodes')).body.error.code).toBe(code);
    expect(azure.del(networkPath('net')).body.error.code).toBe(code);
    expect(azure.put(networkPath('net'), network()).body.error.code).toBe(code);
    azure.del(clusterPath('c1'));
    azure.clock.advance(10 * MINUTE);
    expect(azure.del(networkPath('net')).status).toBe(202);
    azure.clock.advance(MINUTE);
    expect(azure.simulator.inventory()).toEqual([]);
  });

  test('an API server in it holds it as well', () => {
    const azure = azureHarness();
    withNetwork(azure, 'net', { api: '10.9.2.0/28' });
    const profile = { enableVnetIntegration: true, subnetId: subnetPath('net', 'api') };
    const body = aCluster({ apiServerAccessProfile: profile });
    expect(azure.put(clusterPath('c1'), body).body.code).toBe('SubnetNotDelegated');
    const delegations = [
      { name: 'aks', properties: { serviceName: 'Microsoft.ContainerService/managedClusters' } },
    ];
    azure.put(subnetPath('net', 'api'), { properties: { addressPrefix: '10.9.2.0/28', delegations } });
    azure.clock.advance(MINUTE);
    expect(azure.put(clusterPath('c1'), body).status).toBe(201);
    expect(azure.del(subnetPath('net', 'api')).body.error.code).toBe('InUseSubnetCannotBeDeleted');
  });
});

describe('the resources around it', () => {
  test('a security group cannot be deleted while a subnet names it', () => {
    const azure = azureHarness();
    expect(
      azure.put(securityGroup, { location: 'westeurope', properties: { securityRules: [] } }).status,
    ).toBe(201);
    withNetwork(azure, 'net', {});
    const properties = { addressPrefix: '10.9.1.0/24', networkSecurityGroup: { id: securityGroup } };
    expect(azure.put(subnetPath('net', 'nodes'), { properties }).status).toBe(201);
    azure.clock.advance(MINUTE);
    const refused = azure.del(securityGroup);
    expect([refused.status, refused.body.error.code]).toEqual([
      400,
      'InUseNetworkSecurityGroupCannotBeDeleted',
    ]);
    azure.del(subnetPath('net', 'nodes'));
    azure.clock.advance(MINUTE);
    expect(azure.del(securityGroup).status).toBe(202);
  });

  test('a load balancer needs its public address, which then stays', () => {
    const azure = azureHarness();
    const address = `${GROUP}/providers/Microsoft.Network/publicIPAddresses/ip`;
    const balancer = `${GROUP}/providers/Microsoft.Network/loadBalancers/lb`;
    const body = {
      location: 'westeurope',
      sku: { name: 'Standard' },
      properties: {
        frontendIPConfigurations: [{ name: 'fe', properties: { publicIPAddress: { id: address } } }],
      },
    };
    expect(azure.put(balancer, body).body.error.code).toBe('InvalidResourceReference');
    azure.put(address, { location: 'westeurope', sku: { name: 'Standard' }, properties: {} });
    const early = azure.put(balancer, body);
    expect([early.status, early.body.error.details[0].code]).toEqual([
      429,
      'ReferencedResourceNotProvisioned',
    ]);
    azure.clock.advance(MINUTE);
    expect(azure.put(balancer, body).status).toBe(201);
    azure.clock.advance(MINUTE);
    expect(azure.del(address).body.error.code).toBe('PublicIPAddressCannotBeDeleted');
  });

  test('the count of networks has a limit', () => {
    const azure = azureHarness();
    azure.simulator.addFault({ fault: 'quota', name: 'VirtualNetworks', limit: 1 });
    withNetwork(azure, 'one', {});
    expect(azure.put(networkPath('two'), network()).body.error.code).toBe('VirtualNetworkCountLimitReached');
  });
});
