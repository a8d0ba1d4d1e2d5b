import { expect, test } from '@jest/globals';
import { exampleOf } from '../../lib/api/example-of.ts';
import { openApiDocument } from '../../lib/api/openapi.ts';
import { parseCluster } from '../../lib/api/parse-cluster.ts';
import { parsePool } from '../../lib/api/parse-pool.ts';
import { isError } from '../../lib/clusters/create.ts';
import type { Finding } from '../../lib/domain/findings.ts';
import { anAwsCloud } from '../../test/builders/aws.ts';
import { anAksCloud, NOON_MS } from '../../test/builders/cluster.ts';
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
    .filter(({ requestExample, requestExamples }) => (requestExample ?? requestExamples) === undefined)
    .map(({ name }) => name);
  expect(withoutExample).toEqual([]);
});

test('[A15] every example of a body is one that the route takes', () => {
  for (const { contract } of endpoints) {
    const { body, lenientBody, requestExample, requestExamples = {} } = contract;
    const examples = [requestExample, ...Object.values(requestExamples).map(({ value }) => value)];
    for (const example of examples.filter((one) => one !== undefined)) {
      expect([contract.name, (body ?? lenientBody)?.safeParse(example).success]).toEqual([
        contract.name,
        true,
      ]);
    }
  }
});

test('[A15] every answer has an example that its schema takes, and no filler in it', () => {
  for (const { contract } of endpoints) {
    for (const [status, { schema, example }] of Object.entries(contract.responses)) {
      if (!schema || Number(status) >= 300) continue;
      const shown = example ?? exampleOf(schema);
      expect([contract.name, schema.safeParse(shown).error?.issues]).toEqual([contract.name, undefined]);
      expect(`${contract.name} ${JSON.stringify(shown)}`).not.toContain('"text"');
    }
  }
});

test.each([
  ['create-cluster', 'create'],
  ['patch-pool', 'scale'],
  ['patch-pool', 'resize'],
  ['patch-pool', 'reconfigure'],
  ['create-pool', 'add'],
  ['patch-cluster', 'tags'],
])('[A15] %s has the worked example %s for AKS', (name, example) => {
  const route = endpoints.find(({ contract }) => contract.name === name);
  expect(Object.keys(route?.contract.requestExamples ?? {})).toContain(example);
});

test.each([
  ['create-cluster', 'create-aws'],
  ['create-cluster', 'static-aws'],
  ['patch-pool', 'scale-control-plane'],
  ['patch-pool', 'resize-aws'],
  ['patch-pool', 'spot'],
  ['create-pool', 'add-aws'],
  ['create-pool', 'spot'],
])('[A15] %s has the worked example %s for AWS', (name, example) => {
  const route = endpoints.find(({ contract }) => contract.name === name);
  expect(Object.keys(route?.contract.requestExamples ?? {})).toContain(example);
});

test('[A15] examples of clusters and pools break no rule', () => {
  const examplesOf = (name: string) => {
    const { contract } = endpoints.find((one) => one.contract.name === name) ?? {};
    return Object.entries(contract?.requestExamples ?? {}).map(([key, { value }]) => [key, value] as const);
  };
  const placeholder = new Set(['SSH_KEY_INVALID']);
  const said = (findings: readonly Finding[]) => findings.filter(({ code }) => !placeholder.has(code));
  for (const [key, value] of examplesOf('create-cluster')) {
    expect([key, said(parseCluster(value, NOON_MS).findings.filter(isError))]).toEqual([key, []]);
  }
  for (const [key, value] of examplesOf('create-pool')) {
    const cloud = /aws|spot/.test(key) ? anAwsCloud() : anAksCloud();
    expect([key, parsePool(value, '', cloud).findings]).toEqual([key, []]);
  }
});

test('[A15] removal is shown with its confirmation', () => {
  const document = JSON.stringify(openApiDocument(endpoints.map(({ contract }) => contract)));
  expect(document).toContain('{"description":"The name of the pool again","example":"work"');
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
