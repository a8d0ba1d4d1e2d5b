import { expect, test } from '@jest/globals';
import { measureAwsLife } from './aws-converge.ts';
import { benchIssuer } from './bench-world.ts';
import { measureLife } from './converge.ts';
import { ownCost, sharedCost } from './heartbeats.ts';

test('a create with three pools keeps its promises, and no change sends a PUT that changes nothing', async () => {
  const life = await measureLife(1, await benchIssuer());
  const [created] = life;
  expect(life.map(({ change, writes }) => `${change} ${writes}`)).toEqual([
    'create 1',
    'scale 1',
    'add pool 1',
    'reconfigure 6',
    'SKU 1',
    // The list by tag still shows the cluster for a while: it is deleted by its id once more.
    expect.stringMatching(/^delete [12]$/),
  ]);
  expect(life.map(({ idlePuts }) => idlePuts)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(created?.passes).toBeLessThanOrEqual(12);
  expect(created?.requestUnits).toBeLessThanOrEqual(150);
});

test('a cluster on EC2 and ten workers more cost hardly a call beyond the least, and no machine in vain', async () => {
  const life = await measureAwsLife(1, 2);
  expect(life.map(({ change, writes, refused, wasted }) => [change, writes, refused, wasted])).toEqual([
    // The policy of the event queue is a call of its own.
    ['create', 79, 0, 0],
    ['scale +10', 10, 0, 0],
  ]);
}, 600_000);

test('[A66] a steady beat of 1,000 clusters costs no more than a request unit, and alone no read or write', async () => {
  const shared = await sharedCost(1_000, 60_000);
  expect(Object.keys(shared.by).sort()).toEqual(['liveness.create', 'liveness.read']);
  const own = await ownCost(1, 24 * 3_600_000);
  expect(shared.unitsPerBeat + own.unitsPerBeat).toBeLessThanOrEqual(1);
}, 600_000);
