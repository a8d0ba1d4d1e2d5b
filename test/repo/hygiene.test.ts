/** What must never be checked in: traces of one machine, unfinished work, and files that outgrew their concept. */
import { expect, test } from '@jest/globals';
import { readText, repositoryFiles } from './tree.ts';

const TEXT = /\.(?:ts|mjs|cjs|json|md|sh|yml|yaml)$|(?:^|\/)\.(?:npmrc|gitignore)$|^\.ci\//;
const GENERATED = /^package-lock\.json$|^local\/clouds\/azure\/types\/|^test\/fixtures\//;
const SELF = 'test/repo/hygiene.test.ts';

const files = repositoryFiles().filter((file) => TEXT.test(file) && file !== SELF);
const sources = files.filter((file) => /\.(?:ts|mjs)$/.test(file));

function filesWith(pattern: RegExp, among = files): readonly string[] {
  return among.filter((file) => pattern.test(readText(file)));
}

test('no paths of one machine', () => {
  expect(filesWith(/(?:^|[\s"'`(=])\/(?:work|home|root|Users)\/\w/m)).toEqual([]);
});

test('no addresses of registries or proxies', () => {
  const registry =
    /registry\.(?:npmjs|yarnpkg)\.|npm\.pkg\.github|jfrog\.io|\/artifactory\/|^\s*registry\s*=|^\s*proxy\s*=/m;
  expect(filesWith(registry)).toEqual([]);
});

test('no private keys and no tokens', () => {
  const key = /-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}/;
  const token = /\bgh[pousr]_\w{36}|\bnpm_\w{36}|\bxox[bap]-\w{10}/;
  expect([...filesWith(key), ...filesWith(token)]).toEqual([]);
});

test('no unfinished work', () => {
  expect(filesWith(/\b(?:TODO|FIXME|XXX|HACK)\b/, sources)).toEqual([]);
});

test('no file of code beyond 300 lines', () => {
  const ours = sources.filter((file) => !GENERATED.test(file) && !file.endsWith('.test.ts'));
  expect(ours.filter((file) => readText(file).split('\n').length > 301)).toEqual([]);
});

test('no file whose name says nothing', () => {
  const vague = /(?:^|[/.-])(?:utils?|helpers?|managers?|common|misc|stuff)(?:[/.-]|$)/;
  expect(sources.filter((file) => vague.test(file))).toEqual([]);
});

test('files are named in kebab-case', () => {
  const odd = sources.filter((file) => !/^(?:[a-z0-9.-]+\/)*[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(file));
  expect(odd).toEqual([]);
});
