import { expect, test } from '@jest/globals';
import { inWallTime } from './wall-time.ts';

const NOON = '2026-11-20T12:00:00Z';
const anHourEarlier = (ms: number) => ms - 3_600_000;

function told(body: object): unknown {
  return inWallTime({ status: 200, body }, anHourEarlier).body;
}

test('times of the server are told in those of its clients, as precisely as they were', () => {
  const object = {
    metadata: { name: NOON.slice(0, 4), creationTimestamp: NOON, managedFields: [{ time: NOON }] },
    status: { conditions: [{ lastTransitionTime: '2026-11-20T12:00:00.500Z', status: 'True' }] },
  };
  const earlier = {
    metadata: {
      name: '2026',
      creationTimestamp: '2026-11-20T11:00:00Z',
      managedFields: [{ time: '2026-11-20T11:00:00Z' }],
    },
    status: { conditions: [{ lastTransitionTime: '2026-11-20T11:00:00.500Z', status: 'True' }] },
  };
  expect(told(object)).toEqual(earlier);
  expect(told({ kind: 'NodeList', items: [object] })).toEqual({ kind: 'NodeList', items: [earlier] });
  expect(told({ timestamp: NOON })).toEqual({ timestamp: '2026-11-20T11:00:00Z' });
});

test('what clients wrote stays as it is', () => {
  const lease = {
    metadata: { annotations: { at: NOON }, labels: { at: NOON } },
    spec: { renewTime: NOON },
    data: { at: NOON },
  };
  expect(told(lease)).toEqual(lease);
  expect(inWallTime({ status: 200, body: NOON }, anHourEarlier)).toEqual({ status: 200, body: NOON });
});
