import { describe, expect, test } from '@jest/globals';
import { planSlots, subnetCidr } from './cidr-plan.ts';

const zone = (name: string, id: string) => ({ name, id });
/** In this account zone b is the first place. */
const region = [zone('eu-1a', 'eu1-az2'), zone('eu-1b', 'eu1-az1'), zone('eu-1c', 'eu1-az3')];

describe('[A201] subnets of a VPC', () => {
  test.each([
    ['10.0.0.0/16', 'private', 0, '10.0.0.0/20'],
    ['10.0.0.0/16', 'private', 2, '10.0.32.0/20'],
    ['10.0.0.0/16', 'public', 0, '10.0.128.0/20'],
    ['10.0.0.0/16', 'public', 7, '10.0.240.0/20'],
    ['172.20.4.0/22', 'private', 1, '172.20.4.64/26'],
    ['192.168.7.0/24', 'public', 1, '192.168.7.144/28'],
  ] as const)('%s %s %i is %s', (vpc, role, slot, cidr) => {
    expect(subnetCidr(vpc, role, slot)).toBe(cidr);
  });
});

describe('slots of zones', () => {
  test('the rank of the place, not of the name', () => {
    const plan = planSlots(['eu-1a', 'eu-1b', 'eu-1c'], {}, region);
    expect(plan).toEqual({ kind: 'planned', slots: { 'eu-1b': 0, 'eu-1a': 1, 'eu-1c': 2 } });
  });
  test('the tenth place comes after the ninth', () => {
    const plan = planSlots(['x'], {}, [zone('x', 'eu1-az10'), zone('y', 'eu1-az9')]);
    expect(plan).toEqual({ kind: 'planned', slots: { x: 1 } });
  });
  test('a zone that has a slot keeps it, whatever the region looks like now', () => {
    expect(planSlots(['eu-1a'], { 'eu-1a': 5 }, [])).toEqual({ kind: 'planned', slots: { 'eu-1a': 5 } });
  });
  test('zones that are not in use any more keep theirs', () => {
    const plan = planSlots(['eu-1b'], { 'eu-1c': 2 }, region);
    expect(plan).toEqual({ kind: 'planned', slots: { 'eu-1c': 2, 'eu-1b': 0 } });
  });
  test('a taken rank gives way to the next free slot', () => {
    const plan = planSlots(['eu-1a'], { 'eu-1b': 0, 'eu-1c': 1 }, region);
    expect(plan).toEqual({ kind: 'planned', slots: { 'eu-1b': 0, 'eu-1c': 1, 'eu-1a': 2 } });
  });
  test('a ninth place gets a slot that is free', () => {
    const many = [...Array(9).keys()].map((index) => zone(`z${index}`, `az${index + 1}`));
    expect(planSlots(['z8'], { z0: 0 }, many)).toEqual({ kind: 'planned', slots: { z0: 0, z8: 1 } });
  });
  test('eight zones at most', () => {
    const recorded = Object.fromEntries([...Array(8).keys()].map((index) => [`old${index}`, index]));
    expect(planSlots(['eu-1a'], recorded, region)).toEqual({ kind: 'full' });
  });
  test('zones that the region does not have', () => {
    const plan = planSlots(['eu-1a', 'us-1a', 'us-1b'], {}, region);
    expect(plan).toEqual({ kind: 'unknown-zones', zones: ['us-1a', 'us-1b'] });
  });
});
