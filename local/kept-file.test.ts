import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keptFile } from './kept-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'kept-file-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('a file is made once, for its user only, and read from then on', async () => {
  const file = path.join(directory, 'key');
  expect(await keptFile(file, () => 'first')).toBe('first');
  expect(await keptFile(file, () => 'second')).toBe('first');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('what a killed process had not finished is made again', async () => {
  const file = path.join(directory, 'key');
  await writeFile(`${file}.new`, 'ha');
  expect(await keptFile(file, () => 'whole')).toBe('whole');
  expect(await readFile(file, 'utf8')).toBe('whole');
  expect(await readdir(directory)).toEqual(['key']);
});

test('a maker that fails leaves nothing', async () => {
  const file = path.join(directory, 'key');
  const failing = keptFile(file, () => Promise.reject(new Error('no entropy')));
  await expect(failing).rejects.toThrow('no entropy');
  expect(await readdir(directory)).toEqual([]);
});
