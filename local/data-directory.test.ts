import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDataDirectory } from './data-directory.ts';
import { StartRefusedError } from './start-refused-error.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'data-directory-'));
});
afterEach(() => rm(parent, { recursive: true }));

test('one owner at a time, under every name of the directory', async () => {
  const directory = path.join(parent, 'data');
  const owner = await openDataDirectory(directory);
  await symlink(directory, path.join(parent, 'link'));
  for (const name of ['data', 'link', 'data/.']) {
    await expect(openDataDirectory(path.join(parent, name))).rejects.toThrow(StartRefusedError);
  }
  await owner.release();
  await (await openDataDirectory(directory)).release();
});

test('directories whose long paths end alike do not lock each other out', async () => {
  const end = 'd'.repeat(100);
  const first = await openDataDirectory(path.join(parent, 'first', end));
  const second = await openDataDirectory(path.join(parent, 'other', end));
  await Promise.all([first.release(), second.release()]);
});

test('a file in the place of the directory is said in words', async () => {
  const file = path.join(parent, 'file');
  await writeFile(file, '');
  await expect(openDataDirectory(file)).rejects.toThrow(StartRefusedError);
  await expect(openDataDirectory(file)).rejects.toThrow('SLIPWAY_DATA cannot be the directory');
});

test('a key is made once', async () => {
  const data = await openDataDirectory(parent);
  const key = await data.key('secrets.key');
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(await data.key('secrets.key')).toBe(key);
  await data.release();
});
