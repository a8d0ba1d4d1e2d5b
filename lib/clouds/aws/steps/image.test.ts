import { expect, test } from '@jest/globals';
import { ok } from '../../../domain/errors.ts';
import type { ImageSeen, WantedImage } from '../images/port.ts';
import { imageStep } from './image.ts';

const NOBLE = 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260301';
const wanted: WantedImage = {
  kind: 'named',
  owner: '099720109477',
  name: 'ubuntu-*-24.04-*',
  architecture: 'x86_64',
  otherwise: 'ubuntu-*',
};

const anImage = (id: string, name: string, createdAt: string): ImageSeen => ({
  id,
  name,
  architecture: 'x86_64',
  rootDevice: '/dev/sda1',
  snapshotGiB: 8,
  createdAt,
});

/** Images by what is asked for: a name or an id. */
async function planned(images: Readonly<Record<string, readonly ImageSeen[]>>, recorded?: string) {
  const desired = { wanted, signature: 'abc', ...(recorded === undefined ? {} : { recorded }) };
  const find = async (asked: WantedImage) => ok(images[asked.kind === 'id' ? asked.id : asked.name] ?? []);
  const seen = await imageStep.observe({ images: { find } }, desired);
  if (!seen.ok) throw new Error(seen.error.message);
  const { next, reason } = imageStep.plan(desired, seen.value, 0);
  return { next, reason, imageId: imageStep.read?.(desired, seen.value).outputs?.imageId };
}

const old = anImage('ami-1', NOBLE, '2026-03-01T00:00:00.000Z');
const fresh = anImage('ami-2', NOBLE, '2026-04-01T00:00:00.000Z');

test('the newest image of the name, whatever the order of the answer', async () => {
  expect(await planned({ 'ubuntu-*-24.04-*': [old, fresh] })).toEqual({
    next: 'done',
    reason: 'ImageFound',
    imageId: 'ami-2',
  });
});

test('a recorded image stays although a newer one came', async () => {
  const images = { 'ami-1': [old], 'ubuntu-*-24.04-*': [old, fresh] };
  expect(await planned(images, 'ami-1')).toMatchObject({ imageId: 'ami-1' });
});

test('one that was taken away is replaced', async () => {
  expect(await planned({ 'ubuntu-*-24.04-*': [fresh] }, 'ami-1')).toMatchObject({ imageId: 'ami-2' });
});

test('another Ubuntu where the version is not published, and the condition says so', async () => {
  expect(await planned({ 'ubuntu-*': [old] })).toEqual({
    next: 'done',
    reason: 'OtherImageFound',
    imageId: 'ami-1',
  });
});

test('no image at all is for people to mend', async () => {
  expect(await planned({})).toMatchObject({ next: 'blocked', reason: 'ImageNotFound' });
});
