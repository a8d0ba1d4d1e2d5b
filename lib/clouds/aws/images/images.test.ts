/** Which image machines are started from: what the packs ask for, what EC2 is asked, and which answer counts. */
import { describe, expect, test } from '@jest/globals';
import { anAwsProfile } from '../../../../test/builders/aws-input.ts';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { type Answer, anAwsWire } from '../../../../test/builders/aws-wire.ts';
import type { JsonObject } from '../../../domain/cluster.ts';
import type { ImageSeen } from './port.ts';
import { openImages } from './sdk-images.ts';
import { newestOf, packSignature, wantedImage } from './wanted-image.ts';

const withOs = (values: JsonObject, version = '24.04') => {
  const layers = anAwsProfile().layers.map((layer) =>
    layer.layer === 'os' ? { ...layer, version, values } : layer,
  );
  return anAwsView({ profile: anAwsProfile({ layers }) });
};
const canonical = (version: string, spelling = 'amd64', architecture = 'x86_64') => {
  const name = (of: string) => `ubuntu/images/hvm-ssd*/ubuntu-*-${of}-${spelling}-server-*`;
  return { kind: 'named', owner: '099720109477', name: name(version), architecture, otherwise: name('*') };
};

describe('wanted', () => {
  test.each([
    ["Canonical's, by default", withOs({}), canonical('24.04')],
    ["of the pack's version", withOs({}, '22.04.5'), canonical('22.04')],
    ['for ARM', withOs({ architecture: 'arm64' }), canonical('24.04', 'arm64', 'arm64')],
    ['an id', withOs({ image: { id: 'ami-9' } }), { kind: 'id', id: 'ami-9' }],
    [
      "somebody's own",
      withOs({ image: { owner: '1', name: 'mine-*' } }),
      { kind: 'named', owner: '1', name: 'mine-*', architecture: 'x86_64' },
    ],
    [
      'one that a cluster overrides',
      anAwsView({ spec: { packOverrides: { ubuntu: { image: { id: 'ami-9' } } } } }),
      { kind: 'id', id: 'ami-9' },
    ],
    ['nonsense: the default', withOs({ image: 7 }), canonical('24.04')],
  ])('%s', (_title, view, expected) => {
    expect(wantedImage(view)).toEqual(expected);
  });

  test('other packs, another signature', () => {
    expect(packSignature(withOs({}))).toBe(packSignature(anAwsView()));
    expect(packSignature(withOs({ preinstalled: true }))).not.toBe(packSignature(anAwsView()));
  });
});

describe('the newest', () => {
  const image = (id: string, createdAt: string): ImageSeen => ({
    id,
    createdAt,
    name: id,
    architecture: 'x86_64',
    rootDevice: '/dev/sda1',
    snapshotGiB: 8,
  });
  test.each([
    ['by date', ['a 2026-01-01', 'b 2026-03-01', 'c 2026-02-01'], 'b'],
    ['by id when both are of one date', ['b 2026-01-01', 'a 2026-01-01'], 'a'],
    ['of none', [], undefined],
  ])('%s', (_title, images, expected) => {
    const seen = images.map((text) => {
      const [id = '', at = ''] = text.split(' ');
      return image(id, at);
    });
    expect(newestOf(seen)?.id).toBe(expected);
  });
});

describe('EC2 is asked', () => {
  const row = (state: string) =>
    `<imagesSet><item><imageId>ami-1</imageId><name>ubuntu</name><imageState>${state}</imageState><architecture>x86_64</architecture><creationDate>2026-03-01T00:00:00.000Z</creationDate><rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/sdb</deviceName></item><item><deviceName>/dev/xvda</deviceName><ebs><volumeSize>12</volumeSize></ebs></item></blockDeviceMapping></item></imagesSet>`;
  const ask = async (wanted: Parameters<ReturnType<typeof openImages>['find']>[0], answer: Answer) => {
    const { session, sent } = anAwsWire({ DescribeImages: [answer] });
    return { found: await openImages(session).find(wanted), sent };
  };
  const image = {
    id: 'ami-1',
    name: 'ubuntu',
    architecture: 'x86_64',
    rootDevice: '/dev/xvda',
    snapshotGiB: 12,
    createdAt: '2026-03-01T00:00:00.000Z',
  };

  test('for available ones of a name and its publisher', async () => {
    const wanted = { kind: 'named', owner: '1', name: 'n-*', architecture: 'x86_64' } as const;
    const { found, sent } = await ask(wanted, row('available'));
    expect(found).toEqual({ ok: true, value: [image] });
    expect(sent).toEqual([
      {
        operation: 'DescribeImages',
        'Owner.1': '1',
        'Filter.1.Name': 'name',
        'Filter.1.Value.1': 'n-*',
        'Filter.2.Name': 'architecture',
        'Filter.2.Value.1': 'x86_64',
        'Filter.3.Name': 'state',
        'Filter.3.Value.1': 'available',
      },
    ]);
  });

  test.each<readonly [string, Answer, readonly unknown[]]>([
    ['there', row('available'), [image]],
    ['taken away', { code: 'InvalidAMIID.NotFound' }, []],
    ['no longer available', row('deregistered'), []],
  ])('for one id: %s', async (_title, answer, value) => {
    const { found, sent } = await ask({ kind: 'id', id: 'ami-1' }, answer);
    expect(found).toEqual({ ok: true, value });
    expect(sent).toEqual([{ operation: 'DescribeImages', 'ImageId.1': 'ami-1' }]);
  });
});
