/**
 * What every adapter of the store port must keep: one suite, run on memory and over the wire against the local server.
 * Each test works in partitions of its own, so one store serves the whole suite.
 */
import { beforeAll, describe } from '@jest/globals';
import type { DocumentStore } from '../../lib/store/port.ts';
import { describeBatches, describeExpiry } from './store-contract-batches.ts';
import { describePages, describeQueries } from './store-contract-queries.ts';
import { describeDeleting, describeReading, describeWriting } from './store-contract-writes.ts';

export interface StoreUnderTest {
  readonly store: DocumentStore;
  /** Moves the store's clock on. */
  advance(ms: number): void;
}

export function describeStore(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store's contract`, () => {
    let subject: StoreUnderTest;
    beforeAll(async () => {
      subject = await makeStore();
    });
    const store = () => subject.store;
    describeReading(store);
    describeWriting(store);
    describeDeleting(store);
    describeBatches(store);
    describeQueries(store);
    describePages(store);
    describeExpiry(store, (ms) => subject.advance(ms));
  });
}
