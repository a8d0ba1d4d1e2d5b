import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { FakeMachineHost } from '../../test/fakes/fake-machine-host.ts';
import { planOf } from './boot-plan.ts';
import { readUserData } from './cloud-config.ts';

const INSTANCE = new FakeMachineHost(() => 0).launch({ id: 'i-1', address: 7 });
const NAME = 'ip-10-0-0-7.eu-central-1.compute.internal';

function read(userData: string) {
  const result = readUserData(userData, INSTANCE);
  if (!result.ok) return result.problem;
  return { files: Object.fromEntries(result.value.files), commands: result.value.commands };
}

describe('user data', () => {
  const text = '#cloud-config\nruncmd: [[echo, hello], "ls -l"]\n';

  test('is a cloud-config, as it is or zipped', () => {
    const expected = { files: {}, commands: ['echo hello', 'ls -l'] };
    expect(read(text)).toEqual(expected);
    expect(read(gzipSync(text).toString('latin1'))).toEqual(expected);
  });

  test('may be a script', () => {
    expect(read('#!/bin/sh\ntrue\n')).toEqual({ files: {}, commands: ['#!/bin/sh\ntrue\n'] });
  });

  test('brings files in several encodings', () => {
    const encoded = (bytes: Buffer) => bytes.toString('base64');
    const config = {
      write_files: [
        { path: '/a', content: 'one\n', permissions: '0600', owner: 'root:root' },
        { path: '/b', content: encoded(Buffer.from('two')), encoding: 'b64' },
        { path: '/c', content: encoded(gzipSync('three')), encoding: 'gz+b64' },
        { path: '/a', content: 'more', append: true },
      ],
    };
    expect(read(`#cloud-config\n${JSON.stringify(config)}`)).toEqual({
      files: { '/a': 'one\nmore', '/b': 'two', '/c': 'three' },
      commands: [],
    });
  });

  test.each([
    ['no cloud-config', 'hello\n', 'Unhandled non-multipart'],
    [
      'an unknown module',
      '#cloud-config\nruncmds: []\n',
      'Invalid cloud-config: top level: Unrecognized key: "runcmds"',
    ],
    [
      'an unknown field of a file',
      '#cloud-config\nwrite_files: [{path: /a, mode: "0600"}]\n',
      'write_files/0',
    ],
    [
      'a mode that YAML reads as a number',
      '#cloud-config\nwrite_files: [{path: /a, permissions: 0600}]\n',
      'permissions',
    ],
    ['broken YAML', '#cloud-config\nruncmd: [\n', 'Failed loading yaml blob'],
    ['a key that is there twice', '#cloud-config\nruncmd: []\nruncmd: []\n', 'Failed loading yaml blob'],
    [
      'content that is not what it says',
      '#cloud-config\nwrite_files: [{path: /a, content: x, encoding: gz+b64}]\n',
      '/a',
    ],
    ['gzip that is none', '\x1f\x8bnonsense', 'gzip'],
  ])('with %s is refused', (_what, userData, problem) => {
    expect(read(userData)).toContain(problem);
  });
});

describe('a jinja template', () => {
  const template = (line: string) => `## template: jinja\n#cloud-config\nruncmd: [${JSON.stringify(line)}]\n`;
  const command = (line: string) => {
    const result = read(template(line));
    return typeof result === 'string' ? result : result.commands[0];
  };

  test('knows the names of its machine, literals and raw text', () => {
    expect(command('a {{ ds.meta_data.local_hostname }} b')).toBe(`a ${NAME} b`);
    expect(command("{{ '{{' }} {% raw %}{{ x }}{% endraw %}")).toBe('{{ {{ x }}');
    expect(command('a{# nothing #}b')).toBe('ab');
  });

  test('is nothing without its header', () => {
    expect(read('#cloud-config\nruncmd: ["{{ ds }}"]\n')).toMatchObject({ commands: ['{{ ds }}'] });
  });

  test('stumbles over shell that looks like it', () => {
    // The number of items in an array of bash opens a comment of jinja.
    const count = ['$', '{#list[@]}'].join('');
    expect(command(`echo ${count}`)).toContain('jinja cannot evaluate');
    expect(command('{% if x %}')).toContain('jinja cannot evaluate');
    expect(command('{{ ds.meta_data.nothing }}')).toContain('jinja cannot evaluate');
  });
});

describe('what a machine will do', () => {
  const plan = (files: Record<string, string>, ...commands: readonly string[]) =>
    planOf({ files: new Map(Object.entries(files)), commands, packages: [] });

  test('is found in scripts that commands name', () => {
    const script =
      'source /etc/parameters\napt-get -y install kubeadm\nkubeadm join --config "/run/k.yaml"\n';
    const files = {
      '/usr/bin/go': script,
      '/etc/parameters': 'KUBERNETES_VERSION=v1.33.2\n',
      '/run/k.yaml': 'config',
    };
    expect(plan(files, 'bash /usr/bin/go')).toMatchObject({
      ok: true,
      value: {
        downloads: true,
        kubeadm: { command: 'join', configPath: '/run/k.yaml' },
        configText: 'config',
        kubeletVersion: 'v1.33.2',
        isMarked: false,
      },
    });
  });

  test('is not found in files that nobody runs', () => {
    const result = plan({ '/opt/go': 'kubeadm init --config /run/k.yaml' }, 'true');
    expect(result.ok && result.value.kubeadm).toBeUndefined();
  });

  test('is either of the two ways that a script knows, as it is told', () => {
    const script = 'kubeadm init --config /k\nkubeadm join --config /k\n';
    expect(plan({ '/go': script }, '/go')).toMatchObject({ ok: false });
    expect(plan({ '/go': `ACTION=init\n${script}` }, '/go')).toMatchObject({
      value: { kubeadm: { command: 'init' } },
    });
  });

  test('names the secret with its files', () => {
    expect(plan({}, 'fetch slip/shop-1a2b3c/control-plane-0-1')).toMatchObject({
      value: { secret: 'slip/shop-1a2b3c/control-plane-0-1' },
    });
  });
});
