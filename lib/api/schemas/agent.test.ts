import { describe, expect, test } from '@jest/globals';
import { schemaFindings } from '../schema-findings.ts';
import { HEARTBEAT, OPERATION_RESULT } from './agent.ts';

const AT = '2026-11-20T12:00:00.000Z';
const amounts = { cpuMilli: 4_000, memoryBytes: 16e9, diskBytes: 60e9 };
const node = { name: 'node-1', role: 'worker', capacity: amounts, requests: amounts, conditions: [] };
const service = { namespace: 'shop', name: 'web', type: 'LoadBalancer', ports: [{ port: 80 }], ingress: [] };

function beat(fields: object = {}): object {
  return { agentVersion: '1.0.0', sentAt: AT, ...fields };
}

function codesOf(schema: typeof HEARTBEAT | typeof OPERATION_RESULT, value: unknown): readonly string[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : schemaFindings(parsed.error, value).map(({ path, code }) => `${path} ${code}`);
}

describe('a heartbeat', () => {
  test('says no more than that the agent lives', () => {
    expect(HEARTBEAT.parse(beat())).toEqual(beat());
  });

  test.each<[string, object, readonly string[]]>([
    ['no version', { agentVersion: undefined }, ['/agentVersion REQUIRED']],
    ['a time that is none', { sentAt: 'now' }, ['/sentAt VALUE_INVALID']],
    ['a field of nobody', { colour: 'red' }, ['/colour UNKNOWN_FIELD']],
    ['an instance that is a text', { instance: 'a b' }, ['/instance VALUE_INVALID']],
    ['a sequence below 0', { seq: -1 }, ['/seq VALUE_INVALID']],
    ['a sequence beyond what is exact', { seq: 2 ** 53 }, ['/seq VALUE_INVALID']],
    ['nodes that are no list', { nodes: {} }, ['/nodes TYPE_INVALID']],
    ['a node of no role', { nodes: [{ ...node, role: 'boss' }] }, ['/nodes/0/role VALUE_INVALID']],
    [
      'a node with a name of no node',
      { nodes: [{ ...node, name: '../x' }] },
      ['/nodes/0/name VALUE_INVALID'],
    ],
    ['a part of nothing', { instance: 'a', seq: 1, part: { index: 1, of: 1 } }, ['/part VALUE_INVALID']],
    ['a part without a sequence', { part: { index: 0, of: 2 } }, ['/part VALUE_INVALID']],
    ['parts without end', { instance: 'a', seq: 1, part: { index: 0, of: 193 } }, ['/part/of VALUE_INVALID']],
  ])('[A66] is refused for %s', (_, fields, codes) => {
    expect(codesOf(HEARTBEAT, beat(fields))).toEqual(codes);
  });

  test.each([[-1], [Number.NaN], [null], ['NaN'], [Number.POSITIVE_INFINITY], [1e300]])(
    '[A71] is refused for an amount of %p',
    (cpuMilli) => {
      const samples = [{ at: AT, nodes: { 'node-1': { ...amounts, cpuMilli } } }];
      expect(codesOf(HEARTBEAT, beat({ samples }))).toEqual([
        '/samples/0/nodes/node-1/cpuMilli METRIC_INVALID',
      ]);
    },
  );

  test('[A69] keeps conditions of types that nobody here knows, and cuts what they say', () => {
    const condition = {
      type: 'example.com/Tired',
      status: 'True',
      reason: 'Late',
      message: 'x'.repeat(9_000),
      more: 1,
    };
    const parsed = HEARTBEAT.parse(beat({ nodes: [{ ...node, conditions: [condition] }] }));
    expect(parsed.nodes?.[0]?.conditions).toEqual([
      { type: 'example.com/Tired', status: 'True', reason: 'Late', message: 'x'.repeat(1_024) },
    ]);
  });

  test('[A83] keeps a service of more ports and addresses than are shown, and what else it says', () => {
    const ports = Array.from({ length: 300 }, (_, index) => ({ port: 10_000 + index, protocol: 'UDP' }));
    const ingress = Array.from({ length: 60 }, (_, index) => `10.0.0.${index}`);
    const parsed = HEARTBEAT.parse(beat({ nodes: [node], services: [{ ...service, ports, ingress }] }));
    expect(parsed.nodes).toHaveLength(1);
    expect(parsed.services).toEqual([
      { ...service, ports: ports.slice(0, 128), ingress: ingress.slice(0, 32) },
    ]);
  });

  test('[A83] loses the services that only the cluster itself reaches, however they look', () => {
    const services = [
      { type: 'ClusterIP' },
      { ...service, type: 'ExternalName', ports: null },
      service,
      { ...service, name: 'api', type: 'NodePort' },
    ];
    expect(HEARTBEAT.parse(beat({ services })).services).toEqual([
      service,
      { ...service, name: 'api', type: 'NodePort' },
    ]);
  });

  test('[A81] loses addresses that would make another link than they say', () => {
    const good = ['20.1.2.3', '2001:db8::1', 'a-1.elb.eu-central-1.amazonaws.com'];
    const bad = ['evil.example/@', 'javascript:alert(1)', 'a b', '', 'x'.repeat(300), 'user@host', '[::1]'];
    const parsed = HEARTBEAT.parse(beat({ services: [{ ...service, ingress: [...bad, ...good] }] }));
    expect(parsed.services?.[0]?.ingress).toEqual(good);
  });

  test('has bounds on every list', () => {
    const conditions = Array.from({ length: 65 }, () => ({ type: 'Ready', status: 'True' }));
    expect(codesOf(HEARTBEAT, beat({ nodes: [{ ...node, conditions }] }))).toEqual([
      '/nodes/0/conditions VALUE_INVALID',
    ]);
    const samples = Array.from({ length: 361 }, () => ({ at: AT, nodes: {} }));
    expect(codesOf(HEARTBEAT, beat({ samples }))).toEqual(['/samples VALUE_INVALID']);
    const packs = Array.from({ length: 201 }, () => ({ name: 'a', version: '1', state: 'Ready' }));
    expect(codesOf(HEARTBEAT, beat({ packs }))).toEqual(['/packs VALUE_INVALID']);
  });
});

describe('the result of an operation', () => {
  const result = { operation: 'scan-1', state: 'Running', at: AT };

  test('is progress, a message and data', () => {
    const whole = {
      ...result,
      progress: { done: 1, total: 3 },
      message: 'half way',
      data: { sections: [{ id: '1.1' }] },
    };
    expect(OPERATION_RESULT.parse(whole)).toEqual(whole);
  });

  test.each<[string, object, readonly string[]]>([
    ['an operation that is no id', { operation: '../other' }, ['/operation VALUE_INVALID']],
    ['a state of nobody', { state: 'Done' }, ['/state VALUE_INVALID']],
    ['a field of nobody', { colour: 'red' }, ['/colour UNKNOWN_FIELD']],
    ['progress without end', { progress: { done: 1, total: 1e12 } }, ['/progress/total VALUE_INVALID']],
    ['data above 256 KiB', { data: { log: 'x'.repeat(262_200) } }, ['/data VALUE_INVALID']],
  ])('is refused for %s', (_, fields, codes) => {
    expect(codesOf(OPERATION_RESULT, { ...result, ...fields })).toEqual(codes);
  });
});
