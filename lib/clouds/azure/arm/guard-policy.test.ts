import type { HttpMethods } from '@azure/core-rest-pipeline';
import { expect, test } from '@jest/globals';
import { callOf } from './guard-policy.ts';

const CLUSTER = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c';

test.each([
  ['GET', CLUSTER, 'read', 'Microsoft.ContainerService'],
  ['HEAD', '/subscriptions/s/resourcegroups/g', 'read', 'Microsoft.Resources'],
  ['PUT', CLUSTER, 'write', 'Microsoft.ContainerService'],
  ['DELETE', CLUSTER, 'write', 'Microsoft.ContainerService'],
  ['POST', `${CLUSTER}/listClusterAdminCredential`, 'read', 'Microsoft.ContainerService'],
  ['POST', `${CLUSTER}/agentPools/p/deleteMachines`, 'write', 'Microsoft.ContainerService'],
  ['GET', '/subscriptions', 'read', 'Microsoft.Resources'],
  ['GET', `${CLUSTER}/providers/Microsoft.Authorization/permissions`, 'read', 'Microsoft.Authorization'],
] as const satisfies readonly (readonly [HttpMethods, string, string, string])[])(
  '%s %s is a %s of %s',
  (method, path, verb, family) => {
    const url = `https://management.azure.com${path}?api-version=2026-06-01`;
    expect(callOf({ method, url })).toEqual({ verb, family });
  },
);

test('Graph is its own family', () => {
  const call = callOf({ method: 'GET', url: 'https://graph.microsoft.com/v1.0/groups/x' });
  expect(call).toEqual({ verb: 'read', family: 'Microsoft.Graph' });
});
