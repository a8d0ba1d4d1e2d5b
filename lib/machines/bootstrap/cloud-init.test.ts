import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { aBootOrder } from '../../../test/builders/boot.ts';
import { userDataOf } from './cloud-init.ts';
import type { BootKind } from './port.ts';

/** Shell that jinja would take for its own. */
const LOOKALIKE = `echo "\${#x}" {{ y }} {% z %}\n`;
const HOST_NAME = '{{ ds.meta_data.local_hostname }}';

function facts(kind: BootKind) {
  return {
    order: aBootOrder({ kind }),
    clusterName: 'shop-1a2b3c',
    token: 'abcdef.0123456789abcdef',
    discoveryHash: 'sha256:00',
    ...(kind === 'join-worker' ? {} : { fetchScript: LOOKALIKE }),
  };
}

/** What jinja makes of the template: its two expressions here are a name and quoted text. */
function rendered(text: string): string {
  return text
    .replaceAll(HOST_NAME, 'ip-10-0-0-12.internal')
    .replace(/\{\{ '([^']*)' \}\}/g, (_, quoted: string) => quoted);
}

interface Config {
  readonly write_files: readonly { path: string; permissions: string; content: string }[];
  readonly runcmd: readonly (readonly string[])[];
}

const configOf = (text: string): Config => parse(rendered(text), { version: '1.1' });
const fileOf = (text: string, path: string) => configOf(text).write_files.find((file) => file.path === path);

describe('user data', () => {
  test("asks cloud-init for the machine's own name only when the cloud says so", () => {
    const template = userDataOf(facts('join-worker'), { nodeName: HOST_NAME });
    expect(template.split('\n').slice(0, 2)).toEqual(['## template: jinja', '#cloud-config']);
    expect(fileOf(template, '/run/slipway/kubeadm.yaml')?.content).toContain('name: ip-10-0-0-12.internal\n');
    const plain = userDataOf(facts('join-worker'), { nodeName: 'shop-workers-0' });
    expect(plain.split('\n')[0]).toBe('#cloud-config');
    expect(fileOf(plain, '/run/slipway/kubeadm.yaml')?.content).toContain('name: shop-workers-0\n');
  });

  test('keeps from jinja what only looks like it', () => {
    const text = userDataOf(facts('init'), { nodeName: HOST_NAME });
    expect(text.replaceAll(HOST_NAME, '').replace(/\{\{ '\{[{%#]' \}\}/g, '')).not.toMatch(/\{[{%#]/);
    expect(fileOf(text, '/usr/local/lib/slipway/fetch-files')?.content).toBe(LOOKALIKE);
  });

  test.each(['init', 'join-control-plane', 'join-worker'] as const)(
    '[A6] of %s holds no private key, shows its token to root only, and runs one script',
    (kind) => {
      const text = userDataOf(facts(kind), { nodeName: HOST_NAME });
      expect(text).not.toMatch(/PRIVATE KEY/);
      const { write_files: files, runcmd } = configOf(text);
      const withToken = files.filter(({ content }) => content.includes('abcdef.0123456789abcdef'));
      expect(withToken.map(({ path, permissions }) => [path, permissions])).toEqual([
        ['/run/slipway/kubeadm.yaml', '0600'],
      ]);
      expect(runcmd).toEqual([['bash', '/usr/local/lib/slipway/boot']]);
      expect(Buffer.byteLength(text)).toBeLessThan(12 * 1024);
    },
  );

  test('only control planes have an audit policy and fetch files', () => {
    const paths = (kind: BootKind) =>
      configOf(userDataOf(facts(kind), { nodeName: HOST_NAME })).write_files.map(({ path }) => path);
    const controlPlane = ['/etc/kubernetes/audit-policy.yaml', '/usr/local/lib/slipway/fetch-files'];
    expect(paths('init')).toEqual(expect.arrayContaining(controlPlane));
    expect(paths('join-control-plane')).toEqual(expect.arrayContaining(controlPlane));
    expect(paths('join-worker').filter((path) => controlPlane.includes(path))).toEqual([]);
  });

  test('tells the script what to do', () => {
    const parameters = (kind: BootKind) =>
      fileOf(userDataOf(facts(kind), { nodeName: HOST_NAME }), '/usr/local/lib/slipway/parameters')?.content;
    expect(parameters('init')).toBe(
      'ACTION=init\nENDPOINT_HOST=shop-1a2b3c-api-0123.elb.eu-central-1.amazonaws.com\n' +
        'KUBERNETES_VERSION=v1.33.2\nKUBERNETES_MINOR=v1.33\n',
    );
    expect(parameters('join-control-plane')).toMatch(/^ACTION=join\n/);
  });
});
