/** The image is found once and stays. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView, RECORDED } from '../../../../test/builders/aws-view.ts';
import { ok } from '../../../domain/errors.ts';
import type { ImageSeen, WantedImage } from '../images/port.ts';
import { packSignature } from '../images/wanted-image.ts';
import { imageStep } from './image.ts';

const image: ImageSeen = {
  id: 'ami-2',
  name: 'ubuntu-2',
  architecture: 'x86_64',
  rootDevice: '/dev/sda1',
  snapshotGiB: 8,
  createdAt: '2026-03-01T00:00:00.000Z',
};
const older = { ...image, id: 'ami-1', createdAt: '2026-01-01T00:00:00.000Z' };

function context(byId: readonly ImageSeen[]) {
  const asked: WantedImage['kind'][] = [];
  const images = {
    find: async (wanted: WantedImage) => {
      asked.push(wanted.kind);
      return ok(wanted.kind === 'id' ? byId : [older, image]);
    },
  };
  return { ctx: { images }, asked };
}

const signature = packSignature(anAwsView());
const recorded = (of: string) =>
  anAwsView({ outputs: { 'aws/image': { ...RECORDED['aws/image'], signature: of } } });

describe('desired', () => {
  test.each([
    ['the recorded one', recorded(signature), 'ami-1'],
    ['a new one for other packs', recorded('other'), undefined],
    ['one at all', anAwsView({ outputs: {} }), undefined],
  ])('%s', (_title, view, id) => {
    expect(imageStep.desired(view)).toMatchObject({
      signature,
      ...(id === undefined ? {} : { recorded: id }),
    });
    expect(imageStep.desired(view)?.recorded).toBe(id);
  });
  test('not while deleting', () => {
    expect(imageStep.desired(anAwsView({ deleting: true }))).toBeUndefined();
  });
});

describe('observe', () => {
  const desired = {
    wanted: { kind: 'named', owner: '1', name: 'n', architecture: 'x86_64' },
    signature,
  } as const;
  test.each([
    ['the newest, when nothing is recorded', desired, [], 'ami-2', ['named']],
    [
      'the recorded one, although there is a newer one',
      { ...desired, recorded: 'ami-1' },
      [older],
      'ami-1',
      ['id'],
    ],
    [
      'the newest, when its publisher took the recorded one away',
      { ...desired, recorded: 'ami-1' },
      [],
      'ami-2',
      ['id', 'named'],
    ],
  ])('%s', async (_title, wish, byId, id, questions) => {
    const { ctx, asked } = context(byId);
    expect(await imageStep.observe(ctx, wish)).toMatchObject({ ok: true, value: { image: { id } } });
    expect(asked).toEqual(questions);
  });
});

describe('where the version is not published', () => {
  const wanted = {
    kind: 'named',
    owner: '1',
    name: 'ubuntu-24.04-*',
    architecture: 'x86_64',
    otherwise: 'ubuntu-*',
  } as const;
  const among = (images: Readonly<Record<string, readonly ImageSeen[]>>) => ({
    images: { find: async (asked: WantedImage) => ok((asked.kind === 'named' && images[asked.name]) || []) },
  });
  test.each([
    ['the version counts', { 'ubuntu-24.04-*': [older], 'ubuntu-*': [image] }, 'done', 'ImageFound'],
    ['another Ubuntu will do, and the condition says so', { 'ubuntu-*': [image] }, 'done', 'OtherImageFound'],
    ['no image at all is for people to mend', {}, 'blocked', 'ImageNotFound'],
  ])('%s', async (_title, images, next, reason) => {
    const desired = { wanted, signature };
    const seen = await imageStep.observe(among(images), desired);
    expect(seen.ok && imageStep.plan(desired, seen.value, 0)).toMatchObject({ next, reason });
  });
});

describe('plan', () => {
  const named = { kind: 'named', owner: '1', name: 'n-*', architecture: 'x86_64' } as const;
  test('found', () => {
    const plan = imageStep.plan({ wanted: named, signature }, { image }, 0);
    expect(plan).toEqual({
      next: 'done',
      reason: 'ImageFound',
      message: 'Machines are started from ubuntu-2.',
    });
    expect(imageStep.read?.({ wanted: named, signature }, { image })).toEqual({
      outputs: {
        imageId: 'ami-2',
        name: 'ubuntu-2',
        architecture: 'x86_64',
        rootDevice: '/dev/sda1',
        snapshotGiB: 8,
        signature,
      },
    });
  });
  test.each([
    [named, 'n-* of account 1'],
    [{ kind: 'id', id: 'ami-9' } as const, 'ami-9'],
  ])('not found', (wanted, words) => {
    const plan = imageStep.plan({ wanted, signature }, {}, 0);
    expect(plan).toMatchObject({ next: 'blocked', reason: 'ImageNotFound' });
    expect(plan.message).toContain(words);
    expect(imageStep.read?.({ wanted, signature }, {})).toEqual({});
  });
});
