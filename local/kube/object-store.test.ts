import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { ObjectStore } from './object-store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-objects-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what was written is there for the next process, although the first was never closed', () => {
  const file = path.join(folder, 'killed.db');
  const first = new ObjectStore(file);
  first.put('shop', 'pods', 'default/a', { n: 1 });
  first.put('shop', 'pods', 'default/a', { n: 2 });
  first.put('shop', 'pods', 'default/b', { n: 3 });
  first.delete('shop', 'pods', 'default/b');
  first.put('gone', 'pods', 'default/a', {});
  expect([first.nextVersion('shop'), first.nextVersion('shop'), first.nextVersion('gone')]).toEqual([
    1, 2, 1,
  ]);
  first.forget('gone');

  const second = new ObjectStore(file);
  expect(second.list('shop', 'pods')).toEqual([['default/a', { n: 2 }]]);
  expect(second.list('gone', 'pods')).toEqual([]);
  expect([second.version('shop'), second.version('gone')]).toEqual([2, 0]);
  first.close();
  second.close();
});

test('lists are in the order of keys, whatever the order of writes', () => {
  const store = new ObjectStore();
  for (const key of ['b/a', 'a/b', 'a/a']) store.put('shop', 'pods', key, {});
  expect(store.list('shop', 'pods').map(([key]) => key)).toEqual(['a/a', 'a/b', 'b/a']);
});
