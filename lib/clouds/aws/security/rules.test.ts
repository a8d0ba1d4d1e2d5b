/** Who may reach what, and what has to change for it. */
import { describe, expect, test } from '@jest/globals';
import { anAwsCloud } from '../../../../test/builders/aws.ts';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import type { AwsCloud } from '../../../domain/cluster.ts';
import type { RuleSeen } from './port.ts';
import { ruleChanges, ruleTable, type WantedRule } from './rules.ts';

const outputs = {
  'aws/vpc': { vpcId: 'vpc-1', cidrs: ['10.0.0.0/16'] },
  'aws/addresses': { publicIps: { a: '198.51.100.7', b: '198.51.100.8' } },
};
const tableOf = (cloud: Partial<AwsCloud>) =>
  ruleTable(anAwsView({ outputs, spec: { cloud: anAwsCloud(cloud) } }));

const text = ({ protocol, from, to, source }: WantedRule) =>
  `${protocol} ${from === to ? from : `${from}-${to}`} from ${'cidr' in source ? source.cidr : source.group}`;

describe('the table', () => {
  test('[A44] the API is the only port that the world may reach', () => {
    const table = tableOf({});
    const open = Object.entries(table).flatMap(([role, rules]) =>
      rules.flatMap((rule) => ('cidr' in rule.source ? [`${role} ${text(rule)}`] : [])),
    );
    expect(open).toEqual(['apiserver-lb tcp 6443 from 0.0.0.0/0']);
  });

  test('of each group', () => {
    const table = tableOf({ bastion: { enabled: true, allowedCidrs: ['203.0.113.0/24'], rdp: false } });
    expect(Object.fromEntries(Object.entries(table).map(([role, rules]) => [role, rules.map(text)]))).toEqual(
      {
        bastion: ['tcp 22 from 203.0.113.0/24'],
        'apiserver-lb': ['tcp 6443 from 0.0.0.0/0'],
        controlplane: [
          'tcp 6443 from apiserver-lb',
          'tcp 6443 from controlplane',
          'tcp 6443 from node',
          'tcp 2379-2380 from controlplane',
          'tcp 10250 from controlplane',
          'tcp 10257 from controlplane',
          'tcp 10259 from controlplane',
          'udp 8472 from controlplane',
          'udp 8472 from node',
          'tcp 22 from bastion',
        ],
        node: [
          'tcp 10250 from controlplane',
          'tcp 10250 from node',
          'tcp 30000-32767 from lb',
          'udp 30000-32767 from lb',
          'udp 8472 from controlplane',
          'udp 8472 from node',
          'tcp 22 from bastion',
        ],
        lb: [],
      },
    );
  });

  test.each<readonly [string, Partial<AwsCloud>, readonly string[]]>([
    ['nobody named: nobody is let in', {}, []],
    [
      '[A207] RDP when asked for',
      { bastion: { enabled: true, allowedCidrs: ['203.0.113.0/24'], rdp: true } },
      ['tcp 22 from 203.0.113.0/24', 'tcp 3389 from 203.0.113.0/24'],
    ],
    ['switched off', { bastion: { enabled: false, allowedCidrs: ['203.0.113.0/24'], rdp: true } }, []],
  ])('bastion: %s', (_title, cloud, rules) => {
    expect(tableOf(cloud).bastion.map(text)).toEqual(rules);
  });

  test('restricted API ranges leave the way open for the machines themselves', () => {
    expect(tableOf({ apiAllowedCidrs: ['203.0.113.0/24', '10.0.0.0/16'] })['apiserver-lb'].map(text)).toEqual(
      [
        'tcp 6443 from 203.0.113.0/24',
        'tcp 6443 from 10.0.0.0/16',
        'tcp 6443 from 198.51.100.7/32',
        'tcp 6443 from 198.51.100.8/32',
      ],
    );
  });
});

describe('what has to change', () => {
  const ids = { bastion: 'sg-b', controlplane: 'sg-c', node: 'sg-n', 'apiserver-lb': 'sg-a', lb: 'sg-l' };
  const none = { bastion: [], controlplane: [], node: [], 'apiserver-lb': [], lb: [] };
  const ssh = { protocol: 'tcp', from: 22, to: 22, source: { group: 'bastion' } } as const;
  const seen = (fields: Partial<RuleSeen>): RuleSeen => ({
    id: 'sgr-1',
    groupId: 'sg-n',
    protocol: 'tcp',
    from: 22,
    to: 22,
    source: 'sg-b',
    ours: true,
    ...fields,
  });
  const table = { ...none, node: [ssh] };
  const missing = { protocol: 'tcp', from: 22, to: 22, source: 'sg-b' };

  test.each<readonly [string, readonly RuleSeen[], readonly unknown[]]>([
    ['a missing rule', [], [{ groupId: 'sg-n', missing: [missing], stale: [] }]],
    ['nothing', [seen({})], []],
    ["nothing: people's own rule does as well", [seen({ ours: false })], []],
    [
      'another source',
      [seen({ source: 'sg-x' })],
      [{ groupId: 'sg-n', missing: [missing], stale: [seen({ source: 'sg-x' })] }],
    ],
    ["nothing: people's rules stay", [seen({}), seen({ id: 'sgr-2', from: 80, to: 80, ours: false })], []],
    [
      "nothing: the controller's group is not ours to write",
      [seen({}), seen({ groupId: 'sg-l', from: 1 })],
      [],
    ],
  ])('%s', (_title, rules, expected) => {
    expect(ruleChanges(table, ids, rules)).toEqual(expected);
  });

  test('groups without an id are left for later', () => {
    expect(ruleChanges(table, { bastion: 'sg-b' }, [])).toEqual([]);
  });
});
