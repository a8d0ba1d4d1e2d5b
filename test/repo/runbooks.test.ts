/** A reason that people meet and nobody explains is a phone call: each one has a row in docs/runbooks.md. */
import { describe, expect, test } from '@jest/globals';
import { CONDITION_TITLES } from '../../lib/domain/conditions.ts';
import { RETRY } from '../../lib/domain/errors.ts';
import { tableRows } from './markdown.ts';
import { readText, repositoryFiles } from './tree.ts';

const RUNBOOKS = readText('docs/runbooks.md');
const explained = new Set(
  tableRows(RUNBOOKS, 'Reason').flatMap(([reason = '']) =>
    [...reason.matchAll(/`(\w+)`/g)].map(([, word]) => word ?? ''),
  ),
);

/** Words in the steps that are no reasons: conditions, states and kinds of things in the ledger and of objects, effects of taints. */
const OTHER_WORDS = new Set([
  ...Object.keys(CONDITION_TITLES),
  ...['NotReady', 'NoSchedule', 'LoadBalancer', 'TargetGroup', 'DaemonSet', 'ConfigMap', 'StorageClass'],
]);
const STEP =
  /^lib\/(?:(?:clouds\/\w+\/.*steps|machines\/(?:plan|steps|packs)|cloud-events)\/|agents\/install-step)(?!.*\.test\.ts$).*\.ts$/;
const ENGINE = /^lib\/reconcile\/(?!.*\.test\.ts$).*\.ts$/;

/** CamelCase words of two humps or more, which is how reasons look (docs: «reasons are CamelCase facts»). */
function camelWords(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, word]) => word ?? '').filter((word) => !OTHER_WORDS.has(word));
}

function reasonsIn(files: RegExp, pattern: RegExp): readonly string[] {
  const words = repositoryFiles()
    .filter((file) => files.test(file))
    .flatMap((file) => camelWords(readText(file), pattern));
  return [...new Set(words)].sort();
}

const stepReasons = reasonsIn(STEP, /'((?:[A-Z][a-z]+){2,})'/g);
const engineReasons = reasonsIn(ENGINE, /reason: '((?:[A-Z][a-z]+)+)'/g);

describe('every reason has a runbook', () => {
  test.each(Object.keys(RETRY))('cloud error %s', (code) => {
    expect(explained).toContain(code);
  });

  test('reasons of steps', () => {
    expect(stepReasons).toContain('WaitingForNodes');
    expect(stepReasons.filter((reason) => !explained.has(reason))).toEqual([]);
  });

  test('reasons of the engine', () => {
    expect(engineReasons).toContain('ResourcesRemain');
    expect(engineReasons.filter((reason) => !explained.has(reason))).toEqual([]);
  });
});

test('no runbook is about a reason that does not exist', () => {
  const known = new Set<string>([...Object.keys(RETRY), ...stepReasons, ...engineReasons]);
  const text = [...repositoryFiles()]
    .filter((file) => STEP.test(file) || ENGINE.test(file))
    .map(readText)
    .join('\n');
  const invented = [...explained].filter((reason) => !known.has(reason) && !text.includes(`'${reason}'`));
  expect(invented).toEqual([]);
});
