import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openStatusFile } from './status-file.ts';

const aStatus = { last: 'a', next: 'b', lastUpdated: 'c' };
const aDirectory = () => mkdtempSync(path.join(tmpdir(), 'timers-'));

test('keeps the status of each timer across openings', () => {
  const directory = path.join(aDirectory(), 'not', 'there', 'yet');
  openStatusFile(directory).set('one', aStatus);
  const again = openStatusFile(directory);
  again.set('two', { ...aStatus, last: 'z' });

  const third = openStatusFile(directory);
  expect([third.get('one'), third.get('two')?.last, third.get('three')]).toEqual([aStatus, 'z', undefined]);
  expect(readdirSync(directory)).toEqual(['timers.json']);
});

test('refuses a file that it cannot read, instead of forgetting what was missed', () => {
  const directory = aDirectory();
  writeFileSync(path.join(directory, 'timers.json'), '{"one":{}}');
  expect(() => openStatusFile(directory)).toThrow();
});
