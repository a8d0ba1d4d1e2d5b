/** The custom role that we recommend is enough: an account with nothing else creates, changes and deletes clusters. */
import { expect, test } from '@jest/globals';
import { ROLE_ACTIONS } from '../../lib/clouds/azure/permissions.ts';
import { DEMO_ACCOUNT, SUBSCRIPTION_ID } from '../../local/clouds/azure/seed.ts';
import { aPool } from '../builders/cluster.ts';
import { aWorld, cloud, makeNetwork, system, type World } from './aks-fixture.ts';

function withOurRoleOnly({ azure }: World): void {
  const principalId = DEMO_ACCOUNT.objectId;
  azure.administration.revokeAll(principalId);
  azure.administration.grant({
    principalId,
    scope: `/subscriptions/${SUBSCRIPTION_ID}`,
    role: { roleName: 'Slipway', actions: ROLE_ACTIONS, notActions: [] },
    atOnce: true,
  });
}

test('[A111, A119] for dynamic placement', async () => {
  const world = await aWorld();
  withOurRoleOnly(world);
  await world.converge();
  await world.change([
    { ...system, instanceType: 'Standard_D4s_v5' },
    aPool({ name: 'extra', system: false, size: 1 }),
  ]);
  await world.converge();
  await world.change([{ ...system, instanceType: 'Standard_D4s_v5' }], { tags: { a: 'b' } });
  await world.converge();
  await world.delete();
  expect(world.azure.inventory()).toEqual([]);
  expect(refusals(world)).toEqual([]);
});

test('[A111, A119] for static placement', async () => {
  const placement = {
    mode: 'static',
    virtualNetwork: 'hub',
    controlPlaneSubnet: 'cp',
    workerSubnet: 'workers',
  } as const;
  const world = await aWorld({ ...cloud, placement });
  makeNetwork(world);
  withOurRoleOnly(world);
  await world.converge();
  await world.delete();
  expect(refusals(world)).toEqual([]);
});

function refusals({ azure }: World): readonly string[] {
  return azure.log
    .entries()
    .flatMap(({ status, operation, path }) => (status === 403 ? [`${operation} ${path}`] : []));
}
