import { describe, expect, test } from '@jest/globals';
import { bodySchema, type TypeFile } from './convert.ts';
import { findBodyProblem } from './validate.ts';

const ref = (index: number) => ({ $ref: `#/${index}` });
const TYPES: TypeFile = [
  { $type: 'StringType' },
  { $type: 'StringType', pattern: '^a', minLength: 2, maxLength: 4 },
  { $type: 'StringLiteralType', value: 'on' },
  { $type: 'StringLiteralType', value: 'off' },
  { $type: 'UnionType', elements: [ref(2), ref(3)] },
  { $type: 'UnionType', elements: [ref(2), ref(0)] },
  { $type: 'IntegerType', minValue: 1, maxValue: 9 },
  { $type: 'ArrayType', itemType: ref(8) },
  {
    $type: 'ObjectType',
    name: 'Node',
    properties: {
      short: { type: ref(1), flags: 1 },
      closed: { type: ref(4), flags: 0 },
      open: { type: ref(5), flags: 0 },
      size: { type: ref(6), flags: 0 },
      seen: { type: ref(6), flags: 2 },
      children: { type: ref(7), flags: 0 },
    },
  },
  {
    $type: 'ObjectType',
    name: 'Body',
    properties: {
      name: { type: ref(1), flags: 9 },
      properties: { type: ref(8), flags: 1 },
      tags: { type: ref(10), flags: 0 },
    },
  },
  { $type: 'ObjectType', name: 'Tags', properties: {}, additionalProperties: ref(0) },
  { $type: 'ResourceType', name: 'Microsoft.Test/things@2026-01-01', body: ref(9) },
];

test('type definitions become a schema, circles by reference', () => {
  expect(bodySchema(TYPES, 'microsoft.test/THINGS', { Node: { newer: { type: 'string' } } })).toEqual({
    type: 'object',
    properties: { name: true, properties: { $ref: '#/$defs/8' }, tags: { $ref: '#/$defs/10' } },
    required: ['properties'],
    additionalProperties: false,
    $defs: {
      8: {
        type: 'object',
        properties: {
          short: { type: 'string', pattern: '^a', minLength: 2, maxLength: 4 },
          closed: { enum: ['on', 'off'] },
          open: { type: 'string' },
          size: { type: 'integer', minimum: 1, maximum: 9 },
          seen: true,
          children: { type: 'array', items: { $ref: '#/$defs/8' } },
          newer: { type: 'string' },
        },
        required: ['short'],
        additionalProperties: false,
      },
      10: { type: 'object', properties: {}, required: [], additionalProperties: { type: 'string' } },
    },
  });
  expect(() => bodySchema(TYPES, 'Microsoft.Test/none', {})).toThrow('no Microsoft.Test/none');
});

describe('a request body', () => {
  const cluster = 'Microsoft.ContainerService/managedClusters';

  test('may echo what is read-only, and what is newer than the file', () => {
    const properties = {
      provisioningState: 'Succeeded',
      status: { provisioningError: { code: 'x' } },
      agentPoolProfiles: [{ name: 'a', eTag: '1', spotMaxPrice: 0.25, networkProfile: { dranet: {} } }],
      schedulerProfile: {},
    };
    expect(
      findBodyProblem(cluster, { id: '/x', location: 'westeurope', eTag: '2', properties }),
    ).toBeUndefined();
  });

  test('says where its first problem is', () => {
    expect(
      findBodyProblem(cluster, { location: 'x', properties: { agentPoolProfiles: [{ nam: 'a' }] } }),
    ).toEqual({
      kind: 'missing',
      path: 'properties.agentPoolProfiles.0',
      member: 'name',
    });
    expect(findBodyProblem(cluster, { location: 'x', colour: 1 })).toEqual({
      kind: 'unknown',
      path: '',
      member: 'colour',
    });
    expect(findBodyProblem(cluster, { location: 1 })).toEqual({
      kind: 'wrong',
      path: 'location',
      says: 'must be string',
    });
    expect(() => findBodyProblem('Microsoft.Nothing/things', {})).toThrow('no type definitions');
  });
});
