/**
 * Time, chance, timers and the environment come in through ports, or simulations could not be replayed. Where the real
 * world is asked for is listed here, with the reason; everything else in lib/, functions/ and agent/ asks a port.
 */
import { expect, test } from '@jest/globals';
import { readText, repositoryFiles } from './tree.ts';

const AMBIENT =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bset(?:Timeout|Interval|Immediate)\b|\bprocess\.(?:env|hrtime|uptime)\b|\brandom(?:UUID|Bytes|Int)\b|\bperformance\.now\b/;

const ALLOWED: Readonly<Record<string, string>> = {
  'lib/agents/manifests/objects.ts': 'holds the program of a probe, which runs in clusters',
  'lib/agents/keys.ts': 'makes the key of agents, which nothing may foretell',
  'agent/ambient.ts': 'is the real world behind the ports of the agent',
  'agent/main.ts': 'reads the environment once',
  'lib/ambient.ts': 'is the real world behind the ports',
  'lib/app.ts': 'reads the environment once',
  'lib/clouds/verify/ask.ts': 'bounds the questions of a request, outside passes',
  'lib/machines/bootstrap/pki.ts': 'makes the keys of clusters, which nothing may foretell',
  'lib/platform/readiness.ts': 'bounds the questions of a probe',
  'lib/queue/service-bus-client.ts': 'waits between tries of a connection',
  'lib/webhooks/secret.ts': 'makes the secrets of webhooks, which nothing may foretell',
  'lib/secrets/encrypted-file.ts': 'nonces of local mode',
};

const sources = repositoryFiles().filter(
  (file) => /^(?:lib|functions|agent)\/.*\.ts$/.test(file) && !file.endsWith('.test.ts'),
);

/** Code without its comments, which may speak of what the code must not do. */
function codeOfFile(file: string): string {
  return readText(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}

test('nothing but the listed files asks the real world', () => {
  const offenders = sources.filter((file) => !(file in ALLOWED) && AMBIENT.test(codeOfFile(file)));
  expect(offenders).toEqual([]);
});

test('every listed file still does', () => {
  expect(Object.keys(ALLOWED).filter((file) => !AMBIENT.test(codeOfFile(file)))).toEqual([]);
});

test('what must be pure is in no list', () => {
  const pure = /^lib\/(?:domain|reconcile)\/|\/steps\//;
  expect(Object.keys(ALLOWED).filter((file) => pure.test(file))).toEqual([]);
});

test('the domain and the steps make a date only of a number that they were given', () => {
  const pure = sources.filter((file) => /^lib\/domain\/|\/steps\//.test(file));
  const dated = pure.filter((file) => /\bnew Date\(/.test(codeOfFile(file)));
  expect(dated).toEqual(['lib/domain/time.ts']);
});
