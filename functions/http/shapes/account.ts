/** A cloud account as it goes out: never its secret, and no way to ask for it (A117). */
import { z } from 'zod';
import type { AccountDocument } from '../../../lib/accounts/store.ts';
import { etagOf } from '../../../lib/api/etag.ts';
import { INSTANT, shown } from '../../../lib/api/schemas/shown.ts';

export const ACCOUNT_VIEW = z.object({
  name: shown('azure-demo'),
  project: shown('default'),
  type: z.enum(['azure', 'aws']),
  tenantId: shown('11111111-2222-4333-8444-555555555555').optional(),
  clientId: shown('66666666-7777-4888-8999-aaaaaaaaaaaa').optional(),
  tenantName: z.string().optional(),
  gateway: z.string().optional(),
  accessKeyId: shown('AKIAIOSFODNN7EXAMPLE').optional(),
  hasSecret: z.boolean(),
  lastRotatedAt: INSTANT,
  generation: z.int(),
  createdAt: INSTANT,
  updatedAt: INSTANT,
});

export const ACCOUNT_EXAMPLE = {
  name: 'azure-demo',
  type: 'azure',
  tenantId: '11111111-2222-4333-8444-555555555555',
  clientId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  clientSecret: 'the value of a client secret',
};

export type AccountView = z.output<typeof ACCOUNT_VIEW>;

export function toAccount(document: AccountDocument): AccountView {
  const { name, project, accountType, settings, lastRotatedAt, generation, createdAt, updatedAt } = document;
  return {
    name,
    project,
    type: accountType,
    ...settings,
    hasSecret: true,
    lastRotatedAt,
    generation,
    createdAt,
    updatedAt,
  };
}

/** An account has no status of its own, so its second half never moves. */
export function accountEtag({ generation }: AccountDocument): string {
  return etagOf({ generation, revision: 0 });
}
