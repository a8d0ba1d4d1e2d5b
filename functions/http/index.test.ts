import { expect, test } from '@jest/globals';
import { openApiDocument } from '../../lib/api/openapi.ts';
import { endpoints } from './index.ts';

test('names and addresses are unique', () => {
  const names = endpoints.map(({ contract }) => contract.name);
  expect(names.length).toBe(new Set(names).size);
  const addresses = endpoints.map(({ contract: { method, route } }) => `${method} ${route}`);
  expect(addresses.length).toBe(new Set(addresses).size);
});

test('[A15] the document describes every route, and every route with a body shows an example', () => {
  const contracts = endpoints.map(({ contract }) => contract);
  const document = openApiDocument(contracts);
  const described = Object.values(document.paths ?? {}).flatMap((path) => Object.keys(path));
  expect(described.length).toBe(endpoints.length);
  const withoutExample = contracts
    .filter(({ body, lenientBody }) => (body ?? lenientBody) !== undefined)
    .filter(({ requestExample }) => requestExample === undefined)
    .map(({ name }) => name);
  expect(withoutExample).toEqual([]);
});

test('only probes and documents are public', () => {
  const open = endpoints.filter(({ contract }) => contract.access === 'public');
  expect(open.map(({ contract }) => contract.name).toSorted()).toEqual([
    'get-openapi',
    'get-platform-health',
  ]);
});

test('[A117] no route answers with an account’s secret', () => {
  const reads = endpoints.filter(({ contract }) => contract.route.includes('cloud-accounts'));
  expect(reads.some(({ contract }) => contract.route.includes('secret'))).toBe(false);
});
