import { expect, test } from '@jest/globals';
import type { z } from 'zod';
import { CLIENT, TENANT } from '../../test/builders/account.ts';
import { schemaFindings } from '../api/schema-findings.ts';
import { ACCOUNT_PATCH, NEW_ACCOUNT } from './schema.ts';

function codes(schema: z.ZodType, value: unknown): readonly string[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : schemaFindings(parsed.error, value).map(({ code, path }) => `${path} ${code}`);
}

const good = { name: 'a', type: 'azure', tenantId: TENANT, clientId: CLIENT, clientSecret: 's' };

test('[A114, A115, A116] what is missing or malformed has its own code, all at once', () => {
  expect(codes(NEW_ACCOUNT, good)).toEqual([]);
  expect(
    codes(NEW_ACCOUNT, { name: 'Azure_Demo', type: 'azure', tenantId: 'contoso', clientSecret: '' }),
  ).toEqual([
    '/name NAME_INVALID',
    '/tenantId TENANT_ID_INVALID',
    '/clientId CLIENT_ID_INVALID',
    '/clientSecret CLIENT_SECRET_REQUIRED',
  ]);
});

test('a cloud that is not built in and a field that is not ours', () => {
  expect(codes(NEW_ACCOUNT, { ...good, type: 'gcp' })).toEqual(['/type CLOUD_TYPE_UNSUPPORTED']);
  expect(codes(NEW_ACCOUNT, { ...good, password: 'x' })).toEqual(['/password UNKNOWN_FIELD']);
});

test('a patch may leave everything out, but not break a GUID', () => {
  expect(codes(ACCOUNT_PATCH, {})).toEqual([]);
  expect(codes(ACCOUNT_PATCH, { clientSecret: '', tenantName: null })).toEqual([]);
  expect(codes(ACCOUNT_PATCH, { clientId: null, password: 'x' })).toEqual([
    '/clientId CLIENT_ID_INVALID',
    '/password UNKNOWN_FIELD',
  ]);
});
