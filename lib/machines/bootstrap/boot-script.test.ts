/** The boot script in a folder of its own, with programs of a machine that only write down that they were called. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BOOT_SCRIPT_TEXT, parametersFile } from './boot-script.ts';

let root: string;
const at = (...parts: readonly string[]) => path.join(root, ...parts);
const read = (file: string) => (existsSync(at(file)) ? readFileSync(at(file), 'utf8') : '');

/** Every path of the machine below the folder; the network's and the packages' own places are only ever written. */
const RELOCATED = /(?<=^|[\s"'=])\/(?=usr\/local\/lib\/slipway|var\/|run\/|dev\/console|etc\/)/gm;

function program(name: string, body = ''): void {
  writeFileSync(at('bin', name), `#!/usr/bin/env bash\necho "${name} $*" >> ${at('calls')}\n${body}\n`, {
    mode: 0o755,
  });
}

function boot(): number | null {
  return spawnSync('bash', [at('usr/local/lib/slipway/boot')], {
    env: { PATH: `${at('bin')}:${process.env.PATH}` },
  }).status;
}

const calls = () => read('calls').trim().split('\n');
const lastOfConsole = () => read('dev/console').trim().split('\n').at(-1);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'slipway-boot-'));
  for (const folder of [
    'bin',
    'dev',
    'run/slipway',
    'etc/modules-load.d',
    'etc/apt/sources.list.d',
    'var/log',
  ]) {
    mkdirSync(at(folder), { recursive: true });
  }
  mkdirSync(at('usr/local/lib/slipway'), { recursive: true });
  const script = BOOT_SCRIPT_TEXT.replace(RELOCATED, `${root}/`);
  const strays = (script.match(/(?<=^|[\s"'=])\/[^\s"']+/gm) ?? []).filter(
    (word) => !word.startsWith(root) && !word.startsWith('/dev/null'),
  );
  if (strays.length > 0) throw new Error(`not relocated: ${strays}`);
  writeFileSync(at('usr/local/lib/slipway/boot'), script);
  writeFileSync(at('etc/modules-load.d/kubernetes.conf'), 'overlay\nbr_netfilter\n');
  writeFileSync(at('run/slipway/kubeadm.yaml'), 'token: abcdef.0123456789abcdef\n');
  parameters('join');
  for (const name of ['curl', 'getent', 'swapoff', 'modprobe', 'sysctl', 'systemctl', 'kubelet'])
    program(name);
  program('gpg', `touch ${at('etc/apt/keyrings/kubernetes.gpg')}`);
  for (const name of ['apt-get', 'apt-mark', 'containerd']) program(name);
  program('kubeadm', 'if [ "$1" = version ]; then echo v1.33.2; fi');
});
afterEach(() => rmSync(root, { recursive: true }));

function parameters(action: 'init' | 'join'): void {
  const text = parametersFile({ action, endpointHost: 'api.example', kubernetesVersion: 'v1.33.2' });
  writeFileSync(at('usr/local/lib/slipway/parameters'), text);
}

describe('[A4] a machine', () => {
  test('joins once, says so on its console, and keeps neither token nor configuration', () => {
    expect(boot()).toBe(0);
    expect(lastOfConsole()).toBe('SLIP-BOOT-OK');
    expect(calls()).toContain(`kubeadm join --config ${at('run/slipway/kubeadm.yaml')}`);
    expect(existsSync(at('run/slipway'))).toBe(false);
    const before = calls().length;
    expect(boot()).toBe(0);
    expect(calls()).toHaveLength(before);
  });

  test('that makes the cluster does not print its token', () => {
    parameters('init');
    expect(boot()).toBe(0);
    expect(calls()).toContain(`kubeadm init --config ${at('run/slipway/kubeadm.yaml')} --skip-token-print`);
  });

  test('whose image has Kubernetes installs nothing', () => {
    boot();
    expect(calls().filter((call) => call.startsWith('apt-'))).toEqual([]);
  });

  test('without it installs the version of the cluster, and keeps it', () => {
    program('kubeadm', 'if [ "$1" = version ]; then echo v1.32.0; fi');
    expect(boot()).toBe(0);
    const [, install] = calls().filter((call) => call.startsWith('apt-get'));
    expect(install).toMatch(
      / install .* containerd kubeadm=1\.33\.2-\* kubelet=1\.33\.2-\* kubectl=1\.33\.2-\*$/,
    );
    expect(calls()).toContain('apt-mark hold containerd kubeadm kubelet kubectl');
    expect(read('etc/apt/sources.list.d/kubernetes.list')).toContain(
      'https://pkgs.k8s.io/core:/stable:/v1.33/deb/ /',
    );
  });

  test('of the control plane puts its files in place, keys for root only', () => {
    const [crt, key] = [at('pki/ca.crt'), at('pki/ca.key')];
    const files = JSON.stringify({ [crt]: 'certificate', [key]: 'key' });
    writeFileSync(at('usr/local/lib/slipway/fetch-files'), `echo '${files}'\n`);
    expect(boot()).toBe(0);
    expect([read('pki/ca.crt'), read('pki/ca.key')]).toEqual(['certificate', 'key']);
    expect([crt, key].map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(['644', '600']);
    expect(existsSync(at('usr/local/lib/slipway/fetch-files'))).toBe(false);
  });
});

describe('what fails', () => {
  test('is named on the console with the last words, without the token', () => {
    program(
      'kubeadm',
      'if [ "$1" = version ]; then echo v1.33.2; else echo bad abcdef.0123456789abcdef; exit 3; fi',
    );
    expect(boot()).toBe(3);
    expect(lastOfConsole()).toBe('SLIP-BOOT-FAIL kubeadm');
    expect(read('dev/console')).toContain('bad [redacted]');
    expect(read('dev/console')).not.toContain('abcdef.0123456789abcdef');
    expect(existsSync(at('run/slipway'))).toBe(false);
    expect(existsSync(at('var/lib/slipway/joined'))).toBe(false);
  });

  test('a step before it is named, too', () => {
    program('sysctl', 'exit 1');
    expect(boot()).not.toBe(0);
    expect(lastOfConsole()).toBe('SLIP-BOOT-FAIL kernel');
  });

  test('a network that does not come is given up', () => {
    program('curl', 'exit 7');
    // Time flies: the script's own wait is what is bounded.
    const script = read('usr/local/lib/slipway/boot').replace('sleep 5', 'SECONDS=$((SECONDS + 5))');
    writeFileSync(at('usr/local/lib/slipway/boot'), script);
    expect(boot()).not.toBe(0);
    expect(lastOfConsole()).toBe('SLIP-BOOT-FAIL network');
    expect(calls().filter((call) => call.startsWith('curl'))).toHaveLength(61);
  });
});

test('jinja would leave the script alone', () => {
  expect(BOOT_SCRIPT_TEXT).not.toMatch(/\{[{%#]/);
});
