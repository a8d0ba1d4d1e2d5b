import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { virtualClock } from '../../kit/clock.ts';
import { sqliteRecords } from '../../kit/records.ts';
import { awsHarness, MINUTE, START } from '../harness.ts';
import { withNetwork } from './launch-harness.ts';

test('what was running goes on after a restart, and what was due has happened', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'aws-'));
  const file = path.join(folder, 'aws.sqlite');
  try {
    const clock = virtualClock(START);
    const before = awsHarness({ clock, records: sqliteRecords(file) });
    const { run } = await withNetwork(before);
    const MaxPrice = '0.0600';
    const spot = await run({ InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice } } });
    const kept = await run({ ClientToken: 'kept' });
    clock.advance(MINUTE);
    before.simulator.addFault({
      fault: 'spot-price',
      instanceType: 'm5.large',
      zone: 'eu-central-1a',
      percent: 90,
    });
    before.simulator.close();

    clock.advance(5 * MINUTE);
    const after = awsHarness({ clock, records: sqliteRecords(file) });
    const states = after.simulator
      .inventory()
      .filter(({ kind }) => kind === 'AWS::EC2::Instance')
      .map(({ id, state }) => [id, state]);
    expect(states).toEqual([[kept.InstanceId, 'running']]);
    expect(states.flat()).not.toContain(spot.InstanceId);
    after.simulator.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the same seed gives the same history', async () => {
  const history = async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    await run({ ClientToken: 'a' });
    aws.clock.advance(MINUTE);
    return aws.simulator.host.instances();
  };
  expect(await history()).toEqual(await history());
});
