/**
 * The OpenAPI 3.1 document, made from the contracts of the routes: what validates a request is what documents it, so the
 * two cannot differ.
 */
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { answer } from './answer.ts';
import type { ResponseDescription, RouteDescription } from './contract.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { exampleOf } from './example-of.ts';
import { TITLES } from './problem.ts';
import { POOL_INPUT } from './schemas/pool.ts';
import { shown } from './schemas/shown.ts';
import { PROBLEM_VIEW } from './schemas/views.ts';

/** Where the host serves all routes; `/local/...` is no part of the API. */
const PREFIX = '/api/';

export type OpenApiDocument = ReturnType<typeof createDocument>;

export function openApiDocument(contracts: readonly RouteDescription[]): OpenApiDocument {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Slipway',
      version: '1',
      description: 'A serverless control plane for Kubernetes clusters. Errors are application/problem+json.',
    },
    security: [{ bearer: [] }],
    tags: [...new Set(contracts.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths: pathsOf(contracts),
    components: {
      schemas: { PoolInput: POOL_INPUT, Problem: PROBLEM_VIEW },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        agent: {
          type: 'http',
          scheme: 'bearer',
          description: 'The credential of the agent of a cluster, from POST /api/agent/v1/enroll.',
        },
      },
    },
  });
}

/** `GET /api/v1/openapi.json`. It is in the document itself. */
export function openApiEndpoint(endpoints: readonly Endpoint[]): Endpoint {
  const contract = {
    name: 'get-openapi',
    method: 'GET',
    route: 'v1/openapi.json',
    summary: 'This document',
    tag: 'Platform',
    access: 'public',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.object({ openapi: shown('3.1.1') }).loose() } },
  } as const satisfies RouteDescription;
  let made: OpenApiDocument | undefined;
  const document = () => {
    made ??= openApiDocument([contract, ...endpoints.map((each) => each.contract)]);
    return made;
  };
  return endpoint(contract, () => answer(200, document()));
}

function pathsOf(contracts: readonly RouteDescription[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const contract of contracts) {
    const path = PREFIX + contract.route;
    paths[path] = { ...paths[path], [contract.method.toLowerCase()]: operationOf(contract) };
  }
  return paths;
}

function operationOf(contract: RouteDescription): ZodOpenApiOperationObject {
  const { name, summary, tag, access, params, query } = contract;
  const body = bodyOf(contract);
  return {
    operationId: name,
    summary,
    tags: [tag],
    ...securityOf(access),
    ...descriptionOf(access),
    requestParams: { ...objectOf('path', params), ...objectOf('query', query) },
    ...(body ? { requestBody: body } : {}),
    responses: { ...described(contract.responses), default: problemResponse('What went wrong') },
  };
}

function securityOf(access: RouteDescription['access']): Pick<ZodOpenApiOperationObject, 'security'> {
  if (access === 'public') return { security: [] };
  if (access === 'enrolling-agent') return { security: [{}, { agent: [] }] };
  return access === 'agent' ? { security: [{ agent: [] }] } : {};
}

function descriptionOf(access: RouteDescription['access']): { readonly description?: string } {
  if (typeof access === 'string') return {};
  const place = access.of === 'deployment' ? 'the whole deployment' : 'the project';
  return { description: `Needs the role ${access.role} in ${place}.` };
}

function objectOf(place: 'path' | 'query', schema: z.ZodType | undefined) {
  return schema instanceof z.ZodObject ? { [place]: schema } : {};
}

function bodyOf(contract: RouteDescription): ZodOpenApiOperationObject['requestBody'] {
  const schema = contract.body ?? contract.lenientBody;
  if (!schema) return undefined;
  const media = {
    schema,
    ...(contract.requestExample === undefined ? {} : { example: contract.requestExample }),
    ...(contract.requestExamples === undefined ? {} : { examples: { ...contract.requestExamples } }),
  };
  return {
    required: contract.bodyOptional !== true,
    content: {
      'application/json': media,
      ...(contract.method === 'PATCH' ? { 'application/merge-patch+json': media } : {}),
    },
  };
}

function described(responses: RouteDescription['responses']): ZodOpenApiOperationObject['responses'] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      Number(status) in TITLES ? problemResponse(response.description) : successResponse(response),
    ]),
  );
}

function successResponse({
  description,
  schema,
  example,
  contentType = 'application/json',
}: ResponseDescription) {
  if (!schema) return { description };
  return {
    description,
    content: { [contentType]: { schema, example: example ?? exampleOf(schema) } },
  };
}

function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: PROBLEM_VIEW } } };
}
