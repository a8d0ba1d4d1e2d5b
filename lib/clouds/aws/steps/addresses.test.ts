import { describe, expect, test } from '@jest/globals';
import type { AddressSeen } from '../network/port.ts';
import { type AddressesDesired, addressesStep, planAddresses } from './addresses.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const desired: AddressesDesired = {
  uid: 'u1',
  deleting: false,
  speed: 1,
  wanted: [
    { zone: 'a', tags: {} },
    { zone: 'b', tags: {} },
  ],
  recorded: { ids: {} },
  publicIps: {},
  asked: { ids: [] },
};
const recorded = (seconds: number) => ({
  recorded: { ids: { a: 'eip-1', b: 'eip-2' }, since: ago(seconds) },
});
const address = (id: string, zone: string, associated = false): AddressSeen => ({
  id,
  publicIp: `ip of ${id}`,
  associated,
  tags: { 'slipway:az': zone },
});

type Row = readonly [string, Partial<AddressesDesired>, readonly AddressSeen[], object];

const present: readonly Row[] = [
  [
    '[A203] absent: one for each zone under one claim',
    {},
    [],
    {
      next: 'act',
      action: { kind: 'allocate', addresses: [{ zone: 'a' }, { zone: 'b' }] },
      claim: 'addresses',
      message: 'Allocating Elastic IP addresses for a and b.',
    },
  ],
  [
    'one is missing',
    {},
    [address('eip-1', 'a')],
    { action: { addresses: [{ zone: 'b' }] }, progress: { done: 1, total: 2 } },
  ],
  [
    'one hides',
    recorded(10),
    [address('eip-1', 'a')],
    { next: 'wait', forMs: 3000, reason: 'AllocatingAddresses' },
  ],
  ['one is gone', recorded(600), [address('eip-1', 'a')], { action: { kind: 'allocate' } }],
  [
    'as wanted',
    recorded(600),
    [address('eip-1', 'a', true), address('eip-2', 'b', true)],
    { next: 'done', reason: 'AddressesReady' },
  ],
  [
    'a twin that nobody uses is released',
    recorded(600),
    [address('eip-0', 'a'), address('eip-1', 'a', true), address('eip-2', 'b', true)],
    { next: 'act', action: { kind: 'release', ids: ['eip-0'] }, reason: 'RemovingTwin' },
  ],
  [
    'of twins the one in use stays',
    {},
    [address('eip-0', 'a'), address('eip-1', 'a', true), address('eip-2', 'b', true)],
    { action: { kind: 'release', ids: ['eip-0'] } },
  ],
  [
    'what is in use is never released',
    recorded(600),
    [address('eip-0', 'a', true), address('eip-1', 'a', true), address('eip-2', 'b', true)],
    { next: 'done' },
  ],
];
const removal: readonly Row[] = [
  [
    'all go, those that seem to be in use included',
    {},
    [address('eip-1', 'a', true), address('eip-2', 'b')],
    { next: 'act', action: { kind: 'release', ids: ['eip-1', 'eip-2'] }, reason: 'ReleasingAddresses' },
  ],
  [
    'released and still listed',
    { asked: { ids: ['eip-1'], at: ago(1) } },
    [address('eip-1', 'a')],
    { next: 'wait' },
  ],
  ['hide', recorded(10), [], { next: 'wait', forMs: 3000, reason: 'ReleasingAddresses' }],
  ['gone', recorded(600), [], { next: 'done', reason: 'NetworkGone' }],
];

describe('addresses', () => {
  test.each(present)('%s', (_title, fields, addresses, plan) => {
    expect(planAddresses({ ...desired, ...fields }, { atMs: NOON_MS, addresses }, NOON_MS)).toMatchObject(
      plan,
    );
  });
  test.each(removal)('deleting: %s', (_title, fields, addresses, plan) => {
    const wish = { ...desired, deleting: true, ...fields };
    expect(planAddresses(wish, { atMs: NOON_MS, addresses }, NOON_MS)).toMatchObject(plan);
  });

  test('the claim stays open until every zone has one', () => {
    const read = (addresses: readonly AddressSeen[]) =>
      addressesStep({ speed: 1 }).read?.(desired, { atMs: NOON_MS, addresses });
    expect(read([address('eip-1', 'a')])?.found).toEqual([]);
    expect(read([address('eip-1', 'a'), address('eip-2', 'b')])).toMatchObject({
      found: ['addresses'],
      outputs: {
        allocations: { a: 'eip-1', b: 'eip-2' },
        publicIps: { a: 'ip of eip-1', b: 'ip of eip-2' },
        since: ago(0),
      },
    });
  });
});
