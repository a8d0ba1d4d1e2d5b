import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { aClusterInput } from '../../test/builders/cluster-input.ts';
import { send, someApiDeps } from '../../test/builders/http.ts';
import { answer } from './answer.ts';
import { endpoint } from './endpoint.ts';
import { openApiEndpoint } from './openapi.ts';
import { pageQuery } from './pagination.ts';
import { CLUSTER_INPUT } from './schemas/cluster.ts';
import { CLUSTER_VIEW } from './schemas/views.ts';

const params = z.object({ project: z.string() });
const create = endpoint(
  {
    name: 'create-cluster',
    method: 'POST',
    route: 'v1/projects/{project}/clusters',
    summary: 'Create',
    tag: 'Clusters',
    access: { role: 'editor' },
    params,
    lenientBody: CLUSTER_INPUT,
    requestExample: aClusterInput(),
    responses: { 202: { description: 'Accepted', schema: CLUSTER_VIEW }, 409: { description: 'NAME_TAKEN' } },
  },
  () => answer(202),
);
const list = endpoint(
  {
    name: 'list-clusters',
    method: 'GET',
    route: 'v1/projects/{project}/clusters',
    summary: 'List',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params,
    query: z.object(pageQuery('clusters')),
    responses: { 200: { description: 'One page' } },
  },
  () => answer(200),
);

async function served() {
  const got = await send(await someApiDeps(), openApiEndpoint([create, list]));
  return z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.any())) }).parse(got.body);
}

describe('[A15] the OpenAPI document', () => {
  test('has every route, its parameters, body, answers and example', async () => {
    const document = await served();
    expect(Object.keys(document.paths)).toEqual([
      '/api/v1/openapi.json',
      '/api/v1/projects/{project}/clusters',
    ]);
    const path = document.paths['/api/v1/projects/{project}/clusters'];
    expect(Object.keys(path ?? {})).toEqual(['post', 'get']);
    expect(path?.post).toMatchObject({
      operationId: 'create-cluster',
      description: 'Needs the role editor in the project.',
      parameters: [{ in: 'path', name: 'project', required: true }],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/ClusterInput' },
            example: aClusterInput(),
          },
        },
      },
      responses: {
        202: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Cluster' } } } },
        409: {
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    });
    expect(path?.get.parameters).toMatchObject([
      { in: 'path', name: 'project' },
      { in: 'query', name: 'limit' },
      { in: 'query', name: 'continuation' },
    ]);
  });

  test('every reference in it leads somewhere', async () => {
    const document = await served();
    const references = [...JSON.stringify(document).matchAll(/"#\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) {
      const target = reference
        .split('/')
        .reduce<unknown>((at, key) => Reflect.get(Object(at), key), document);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
  });

  test('is served without a token; other routes say that they want one', async () => {
    const document = await served();
    expect(document).toMatchObject({ openapi: '3.1.1', security: [{ bearer: [] }] });
    expect(document.paths['/api/v1/openapi.json']?.get.security).toEqual([]);
  });
});
