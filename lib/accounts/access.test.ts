import { expect, test } from '@jest/globals';
import { anAccount, storeAccount, TENANT } from '../../test/builders/account.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { Secret } from '../domain/secret.ts';
import { accountAccess } from './access.ts';
import { accountAddress, secretNameOf } from './store.ts';

test('gives the account and its secret', async () => {
  const deps = someDeps();
  await storeAccount(deps);
  const access = await accountAccess(deps, 'default', 'azure-demo');
  expect(access?.account).toMatchObject({
    name: 'azure-demo',
    type: 'azure',
    settings: { tenantId: TENANT },
  });
  expect(access?.secret.reveal()).toBe('s3cret');
});

test('[A16] an account of another project does not exist here', async () => {
  const deps = someDeps();
  await storeAccount(deps);
  expect(await accountAccess(deps, 'other', 'azure-demo')).toBeUndefined();
});

test('a rotation between the two reads is looked at again', async () => {
  const deps = someDeps();
  await storeAccount(deps, anAccount({ secretName: 'old' }));
  const secrets = {
    ...deps.secrets,
    get: async (name: string) => {
      if (name !== 'old') return new Secret('new value');
      await deps.store.upsert(accountAddress('default'), anAccount({ secretName: 'new' }));
      return undefined;
    },
    set: async () => {},
    add: async () => {},
    first: async () => undefined,
    delete: async () => {},
  };
  const access = await accountAccess({ store: deps.store, secrets }, 'default', 'azure-demo');
  expect(access?.secret.reveal()).toBe('new value');
});

test('names of secrets are what Key Vault accepts and tell projects apart', () => {
  expect(secretNameOf('a', 'b_c', '1')).toMatch(/^[0-9a-zA-Z-]{1,127}$/);
  expect(secretNameOf('a', 'bc', '1')).not.toBe(secretNameOf('ab', 'c', '1'));
});
