/**
 * What an operation on the document store costs, in request units, as a function of the size of the JSON. The store of
 * the tests and the local server both charge by this model, so a test of a budget means the same on either; against
 * the cloud the truth is the `x-ms-request-charge` header.
 *
 * Source: Microsoft, «Request units in Azure Cosmos DB» and «Estimate RU/s»: a point read of 1 kB is 1 RU and of
 * 100 kB 10 RU; an insert without indexing 5 and 50 RU; a replace is twice an insert. Between and beyond the published
 * points we interpolate in a straight line (our choice), and nothing is smaller than 1 kB.
 */

/** The smallest size that is charged for, and the size at which the published numbers start. */
const KILOBYTE = 1024;
const SPAN_KB = 99;

/** A query's fixed part and its part per kB returned: measured values of small indexed queries; approximate. */
const QUERY_BASE = 2.8;
const QUERY_PER_KB = 0.5;

export function readCharge(bytes: number): number {
  return 1 + (9 * kilobytesBeyondFirst(bytes)) / SPAN_KB;
}

export function insertCharge(bytes: number): number {
  return 5 + (45 * kilobytesBeyondFirst(bytes)) / SPAN_KB;
}

/** Replace, patch, and an upsert that met a document: the old version is taken out and the new one put in. */
export function replaceCharge(bytes: number): number {
  return 2 * insertCharge(bytes);
}

export function deleteCharge(bytes: number): number {
  return insertCharge(bytes);
}

/** `bytes` of everything on the page that is returned; an empty page costs the base. */
export function queryCharge(bytes: number): number {
  return QUERY_BASE + (QUERY_PER_KB * bytes) / KILOBYTE;
}

/** A read that found nothing, a write that met a wrong etag: a look at the index. Our choice. */
export const MISS_CHARGE = 1;

function kilobytesBeyondFirst(bytes: number): number {
  return Math.max(bytes / KILOBYTE, 1) - 1;
}
