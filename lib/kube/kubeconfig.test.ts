import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { Secret } from '../domain/secret.ts';
import { parseKubeconfig } from './kubeconfig.ts';

interface Fields {
  readonly cluster?: Record<string, unknown>;
  readonly user?: Record<string, unknown>;
}

function config({ cluster = {}, user = { token: 'canary-token' } }: Fields = {}): Secret {
  return new Secret(
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'other', cluster: { server: 'https://other' } },
        { name: 'shop', cluster: { server: 'https://shop.example:443/', ...cluster } },
      ],
      users: [{ name: 'admin', user }],
      contexts: [{ name: 'shop-admin', context: { cluster: 'shop', user: 'admin' } }],
      'current-context': 'shop-admin',
    }),
  );
}

describe('parseKubeconfig', () => {
  test('reads the server and the token of the current context', () => {
    const read = parseKubeconfig(config());
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.server.href).toBe('https://shop.example/');
    expect(read.value.token?.reveal()).toBe('canary-token');
    expect(read.value).not.toHaveProperty('certificateAuthority');
    expect(read.value).not.toHaveProperty('clientCertificate');
  });

  test('keeps the path of the server without its last slash, and the name for the certificate', () => {
    const cluster = { server: 'https://127.0.0.1:16443/clusters/x/', 'tls-server-name': 'localhost' };
    const read = parseKubeconfig(config({ cluster }));
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value.server.pathname).toBe('/clusters/x');
    expect(read.value.serverName).toBe('localhost');
  });

  const base64 = (text: string) => Buffer.from(text).toString('base64');
  test.each<[string, Fields, string]>([
    ['plain http', { cluster: { server: 'http://shop' } }, 'has a server that is not https.'],
    ['no URL', { cluster: { server: 'shop' } }, 'has a server that is not a URL.'],
    [
      'a password in the URL',
      { cluster: { server: 'https://me:canary-token@shop' } },
      'has a server URL with more than host and path.',
    ],
    [
      'skipped verification',
      { cluster: { 'insecure-skip-tls-verify': true } },
      'skips the check of the server certificate; give certificate-authority-data instead (insecure-skip-tls-verify).',
    ],
    [
      'a file of authorities',
      { cluster: { 'certificate-authority': '/etc/passwd' } },
      'names a file; give certificate-authority-data instead (certificate-authority).',
    ],
    [
      'a proxy',
      { cluster: { 'proxy-url': 'http://canary-token' } },
      'asks for a proxy, which is not supported (proxy-url).',
    ],
    [
      'an exec plugin',
      { user: { exec: { command: 'sh', args: ['-c', 'canary-token'] } } },
      'runs a program for its credential, which is not supported here; give a token or a client certificate (exec).',
    ],
    [
      'a token file',
      { user: { tokenFile: '/canary-token' } },
      'names a file; give token instead (tokenFile).',
    ],
    [
      'impersonation',
      { user: { token: 'canary-token', as: 'system:admin' } },
      'impersonates a user, which is not supported (as).',
    ],
    ['no credential', { user: {} }, 'has neither a token nor a client certificate with its key.'],
    [
      'a token that is no header',
      { user: { token: 'canary-token\r\nhost: evil' } },
      'has a user whose token, certificate or key is malformed.',
    ],
    [
      'an authority that is no certificate',
      { cluster: { 'certificate-authority-data': base64('canary-token') } },
      'has a certificate or key that is not PEM, or that do not match.',
    ],
    [
      'a key that is no key',
      {
        user: {
          'client-certificate-data': base64('canary-token'),
          'client-key-data': base64('canary-token'),
        },
      },
      'has a certificate or key that is not PEM, or that do not match.',
    ],
  ])('refuses %s, in words, without quoting it', (_, fields, why) => {
    const read = parseKubeconfig(config(fields));
    expect(read).toMatchObject({
      ok: false,
      error: { code: 'Unauthorized', message: `The kubeconfig ${why}` },
    });
    expect(JSON.stringify(read)).not.toContain('canary-token');
  });

  test.each([
    ['text', 'no yaml: [', 'is not valid YAML.'],
    ['a list', '- a', 'is not a kubeconfig with a current context.'],
    ['nothing', '', 'is not a kubeconfig with a current context.'],
    ['256 KiB and more', `a: ${'x'.repeat(256 * 1024)}`, 'is larger than 256 KiB.'],
    ['a field twice', 'kind: a\nkind: b', 'is not valid YAML.'],
    [
      'aliases that expand',
      `a: &a [1, 2]\nb: &b [${'*a, '.repeat(9)}*a]\nc: [${'*b, '.repeat(9)}*b]`,
      'is not valid YAML.',
    ],
  ])('refuses %s', (_, text, why) => {
    const read = parseKubeconfig(new Secret(text));
    expect(read).toMatchObject({
      ok: false,
      error: { code: 'Unauthorized', message: `The kubeconfig ${why}` },
    });
  });

  test('refuses a context that names nothing', () => {
    const text = stringify({ clusters: [], users: [], contexts: [], 'current-context': 'x' });
    expect(parseKubeconfig(new Secret(text))).toMatchObject({
      error: { message: 'The kubeconfig lacks its current context, cluster or user.' },
    });
  });
});
