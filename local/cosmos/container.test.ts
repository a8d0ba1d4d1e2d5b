import { expect, test } from '@jest/globals';
import { Container } from './container.ts';
import { Journal } from './journal.ts';

const row = {
  db: 'd',
  id: 'c',
  ts: 0,
  lsn: 0,
  definition: JSON.stringify({ id: 'c', partitionKey: { paths: ['/cid'] }, defaultTtl: -1 }),
};

function aContainer() {
  const journal = new Journal(':memory:');
  const clock = { nowMs: Date.UTC(2026, 10, 20) };
  const around = { journal, now: () => clock.nowMs };
  const open = () => new Container(row, around);
  const write = (container: Container, id: string, ttl?: number) =>
    container.write(`["${id}"]`, { id, cid: id, ...(ttl === undefined ? {} : { ttl }) });
  const onDisk = () => [...journal.items({ db: 'd', container: 'c' })].map((item) => item.id);
  return { clock, open, write, onDisk };
}

test('what has expired while nothing ran is gone from the file with the next start', () => {
  const { clock, open, write, onDisk } = aContainer();
  const container = open();
  write(container, 'key', 10);
  write(container, 'kept');
  clock.nowMs += 10_000;
  expect(onDisk()).toEqual(['key', 'kept']);
  expect([...open().items()].map((item) => item.id)).toEqual(['kept']);
  expect(onDisk()).toEqual(['kept']);
});

test('partitions that nobody lists do not grow for ever', () => {
  const { clock, open, write, onDisk } = aContainer();
  const container = open();
  for (let n = 1; n < 1_000; n += 1) write(container, `key-${n}`, 10);
  clock.nowMs += 10_000;
  write(container, 'last', 10);
  expect(onDisk()).toEqual(['last']);
});
