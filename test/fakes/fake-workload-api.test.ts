import { expect, test } from '@jest/globals';
import { Secret } from '../../lib/domain/secret.ts';
import { FakeWorkloadApi } from './fake-workload-api.ts';

test('drains in two looks, unless a budget forbids it or force is given', async () => {
  const fake = new FakeWorkloadApi();
  fake.addNode('a', {}, 3);
  fake.block('a', 'shop/web', 'shop/db');
  const drain = async (force: boolean) => {
    const drained = await fake.drain('a', { force });
    return drained.ok && drained.value;
  };
  expect(await drain(false)).toEqual({ state: 'blocked', podsLeft: 3, budgets: ['shop/db', 'shop/web'] });
  fake.block('a');
  expect(await drain(false)).toEqual({ state: 'draining', podsLeft: 3 });
  expect(await drain(false)).toEqual({ state: 'drained' });
});

test('cordons what is there, says so of what is not, and fails when told to', async () => {
  const fake = new FakeWorkloadApi();
  fake.addNode('a');
  const connected = fake.connect(new Secret('any'));
  if (!connected.ok) throw new Error('not connected');
  expect(await connected.value.cordon('a')).toEqual({ ok: true, value: undefined });
  expect(await connected.value.cordon('gone')).toEqual({ ok: true, value: undefined });
  expect(fake.node('a')?.unschedulable).toBe(true);
  const error = { code: 'Unavailable', message: 'down', source: 'test' } as const;
  fake.failWith(error);
  expect(await fake.listNodes()).toEqual({ ok: false, error });
});
