import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { clusterAddress, eventOperations, isEventCursor, type NewEvent, readEvents } from './event-log.ts';

const clock = { now: () => 0, monotonic: () => 0 };

function told(message: string, more: Partial<NewEvent> = {}): NewEvent {
  return { severity: 'Normal', signal: 'transient', reason: 'Told', message, task: 'aks/cluster', ...more };
}

/** Commits each group of events at its own second. */
async function committed(...commits: readonly (readonly NewEvent[])[]) {
  const store = new MemoryStore(clock);
  let document: ClusterDocument = aCluster();
  for (const [second, events] of commits.entries()) {
    const written = eventOperations(document, events, second * 1000);
    document = written.document;
    await store.batch(clusterAddress(document.id), written.operations);
  }
  return { store, document };
}

test('[A93] events come back oldest first, with ids that are cursors', async () => {
  const { store, document } = await committed([told('one'), told('two')], [told('three')]);

  const all = await readEvents(store, document, { limit: 10 });
  expect(all.map((event) => event.message)).toEqual(['one', 'two', 'three']);
  expect(all.every((event) => isEventCursor(event.id))).toBe(true);

  const rest = await readEvents(store, document, { limit: 10, after: all[0]?.id ?? '' });
  expect(rest.map((event) => event.message)).toEqual(['two', 'three']);
});

test('[A93] a thousand events are kept and paged without loss', async () => {
  const { store, document } = await committed(
    ...Array.from({ length: 1000 }, (_, i) => [told(`event ${i}`)]),
  );

  const seen: string[] = [];
  let after = '';
  for (;;) {
    const page = await readEvents(store, document, { limit: 100, ...(after === '' ? {} : { after }) });
    if (page.length === 0) break;
    seen.push(...page.map((event) => event.message));
    after = page.at(-1)?.id ?? '';
  }
  expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => `event ${i}`));
});

test('[A95] a repeat raises the count of the first one and writes no event', async () => {
  const quota = told('QuotaExceeded: 10 cores', { severity: 'Warning' });
  const { store, document } = await committed([quota], [quota], [quota]);

  const [event, ...others] = await readEvents(store, document, { limit: 10 });
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    count: 3,
    firstAt: '1970-01-01T00:00:00.000Z',
    at: '1970-01-01T00:00:02.000Z',
  });
});

test('[A95] after the cause has cleared, the same trouble is news again', async () => {
  const quota = told('QuotaExceeded: 10 cores', { severity: 'Warning' });
  const cleared = told('cleared', { reason: 'Resolved', closes: true });
  const { store, document } = await committed([quota], [quota], [cleared], [quota]);

  const events = await readEvents(store, document, { limit: 10 });
  expect(events.map((event) => [event.message, event.count])).toEqual([
    ['QuotaExceeded: 10 cores', 2],
    ['cleared', 1],
    ['QuotaExceeded: 10 cores', 1],
  ]);
});

test('filters by severity across pages', async () => {
  const { store, document } = await committed(
    [told('fine')],
    [told('bad', { severity: 'Warning' })],
    [told('fine 2')],
  );

  const warnings = await readEvents(store, document, { limit: 10, severity: 'Warning' });
  expect(warnings.map((event) => event.message)).toEqual(['bad']);
});

test('the document stays bounded however many different events are open', async () => {
  const { document } = await committed(...Array.from({ length: 200 }, (_, i) => [told(`event ${i}`)]));
  expect(Object.keys(document.folds).length).toBeLessThanOrEqual(48);
});

test('[A93] a commit with more than a page of events loses none, wherever reading begins', async () => {
  const { store, document } = await committed(
    [told('before')],
    Array.from({ length: 250 }, (_, i) => told(`event ${i}`)),
  );
  const all = await readEvents(store, document, { limit: 1_000 });
  expect(all).toHaveLength(251);
  for (const position of [0, 1, 100, 101, 200, 249]) {
    const [next] = await readEvents(store, document, { limit: 1, after: all[position]?.id ?? '' });
    expect(next?.message).toBe(`event ${position}`);
  }
});

test('what was repeated outlives what was told once, because only the document knows its count', async () => {
  const quota = told('QuotaExceeded: 10 cores', { severity: 'Warning' });
  const { store, document } = await committed(
    [quota],
    [quota],
    ...Array.from({ length: 60 }, (_, i) => [told(`event ${i}`)]),
  );
  const [first] = await readEvents(store, document, { limit: 1 });
  expect(first?.count).toBe(2);
  expect(Object.keys(document.folds)).toHaveLength(48);
  // Of the rest the latest stay.
  expect(Object.keys(document.folds).at(1)).toBe('0000000015');
});

test('an event of a node says which', async () => {
  const { store, document } = await committed([told('drained', { node: 'system-0' })]);
  const [event] = await readEvents(store, document, { limit: 1 });
  expect(event).toEqual({
    id: '0000000001',
    at: '1970-01-01T00:00:00.000Z',
    severity: 'Normal',
    signal: 'transient',
    reason: 'Told',
    message: 'drained',
    task: 'aks/cluster',
    node: 'system-0',
    count: 1,
    firstAt: '1970-01-01T00:00:00.000Z',
  });
});

test.each([
  ['0000000001', true],
  ['000000001', false],
  ['00000000001', false],
  ['events-001', false],
  ['', false],
])('«%s» as a cursor: %s', (text, is) => {
  expect(isEventCursor(text)).toBe(is);
});
