import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { endpoints } from '../../functions/http/index.ts';
import { openApiDocument } from './openapi.ts';

const OPERATION = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  parameters: z.array(z.looseObject({ in: z.string(), name: z.string() })).optional(),
  requestBody: z
    .looseObject({
      content: z.record(
        z.string(),
        z.looseObject({ example: z.unknown().optional(), examples: z.unknown().optional() }),
      ),
    })
    .optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string() })),
});
const made: unknown = JSON.parse(JSON.stringify(openApiDocument(endpoints.map(({ contract }) => contract))));
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), OPERATION)) }).parse(made);

const operationOf = (route: string, method: string) =>
  document.paths[`/api/${route}`]?.[method.toLowerCase()];

describe('[A15] every route that the app registers', () => {
  test('has a name and an address of its own', () => {
    const addresses = endpoints.map(({ contract }) => `${contract.method} ${contract.route}`);
    expect(new Set(addresses).size).toBe(endpoints.length);
    expect(new Set(endpoints.map(({ contract }) => contract.name)).size).toBe(endpoints.length);
  });

  test.each(endpoints.map(({ contract }) => [`${contract.method} ${contract.route}`, contract] as const))(
    '%s is documented, with its parameters and an example of its body',
    (_title, contract) => {
      const operation = operationOf(contract.route, contract.method);
      expect(operation?.operationId).toBe(contract.name);
      const inPath = operation?.parameters
        ?.filter((parameter) => parameter.in === 'path')
        .map(({ name }) => name);
      const wanted = [...contract.route.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect([...(inPath ?? [])].sort()).toEqual(wanted.sort());
      const hasBody = contract.body !== undefined || contract.lenientBody !== undefined;
      expect(operation?.requestBody !== undefined).toBe(hasBody);
      for (const media of Object.values(operation?.requestBody?.content ?? {})) {
        expect(media.example ?? media.examples).toBeDefined();
      }
    },
  );

  test('leaves no reference that leads nowhere', () => {
    for (const [, reference = ''] of JSON.stringify(made).matchAll(/"#\/([^"]+)"/g)) {
      const target = reference.split('/').reduce<unknown>((at, key) => Reflect.get(Object(at), key), made);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
  });
});
