/** Boot secrets in Secrets Manager: put as often as needed, gone at once, read by the machine itself. */
import { expect, test } from '@jest/globals';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { type Answer, anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { Secret } from '../../../domain/secret.ts';
import { openBootSecrets } from './boot-secrets.ts';

const NAME = 'control-plane-0-1';
const ID = 'slip/shop-111111/control-plane-0-1';

function opened(answers: Readonly<Record<string, readonly Answer[]>> = {}) {
  const { session, sent } = anAwsWire(answers);
  return { secrets: openBootSecrets(session, anAwsView()), sent };
}

test("a secret is made below the cluster's own prefix, with its tags", async () => {
  const { secrets, sent } = opened();
  expect(await secrets.put(NAME, new Secret('files'))).toEqual({ ok: true, value: undefined });
  expect(sent).toEqual([
    {
      operation: 'CreateSecret',
      Name: ID,
      SecretString: 'files',
      ClientRequestToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      Tags: [
        { Key: 'Name', Value: ID },
        { Key: 'slipway:cluster-uid', Value: '11111111-1111-4111-8111-111111111111' },
        { Key: 'slipway:cluster', Value: 'shop' },
        { Key: 'slipway:role', Value: 'controlplane' },
      ],
    },
  ]);
});

test('one that exists gets the content as a version of the same token', async () => {
  const { secrets, sent } = opened({ CreateSecret: [{ code: 'ResourceExistsException' }] });
  expect(await secrets.put(NAME, new Secret('files'))).toEqual({ ok: true, value: undefined });
  const [created, replaced] = sent;
  expect(replaced).toEqual({
    operation: 'PutSecretValue',
    SecretId: ID,
    SecretString: 'files',
    ClientRequestToken: created?.ClientRequestToken,
  });
});

test.each([
  ['on its way out', { code: 'InvalidRequestException' }, 'Conflict'],
  ['not allowed', { code: 'AccessDeniedException' }, 'Unauthorized'],
])('a secret that is %s', async (_title, answer, code) => {
  const { secrets } = opened({ CreateSecret: [answer] });
  expect(await secrets.put(NAME, new Secret('files'))).toMatchObject({ ok: false, error: { code } });
});

test('removal is at once and for good; absent is a success', async () => {
  const { secrets, sent } = opened({ DeleteSecret: [{ code: 'ResourceNotFoundException' }] });
  expect(await secrets.remove(NAME)).toEqual({ ok: true, value: undefined });
  expect(sent).toEqual([{ operation: 'DeleteSecret', SecretId: ID, ForceDeleteWithoutRecovery: true }]);
});

test('the machine asks with its own role; nothing secret is in the script', () => {
  const script = opened().secrets.fetchScript(NAME);
  expect(script).toMatch(/^#!\/usr\/bin\/env bash\nset -euo pipefail\n/);
  expect(script).toContain(`SECRET_ID = "${ID}"`);
  expect(script).toContain('X-aws-ec2-metadata-token');
  // It may become part of a jinja template.
  expect(script).not.toMatch(/\{[{%#]/);
});
