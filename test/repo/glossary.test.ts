/** One word per thing: what the glossary decides, the code keeps. */
import { describe, expect, test } from '@jest/globals';
import { CONDITION_TITLES } from '../../lib/domain/conditions.ts';
import { tableRows } from './markdown.ts';
import { readText, repositoryFiles } from './tree.ts';

const WORDS = tableRows(readText('docs/glossary.md'), 'Word').map(([word = '']) => word);
const code = repositoryFiles()
  .filter((file) => /^(?:lib|functions|agent)\/.*\.ts$/.test(file))
  .map((file) => readText(file).toLowerCase())
  .join('\n');

describe('words of the glossary are words of the code', () => {
  test.each(WORDS.flatMap((word) => word.split(/ \/ |, /)).filter((word) => word.length > 1))(
    '%s',
    (word) => {
      const spellings = [word, word.replaceAll(' ', ''), word.replaceAll(' ', '-')].map((text) =>
        text.toLowerCase(),
      );
      expect(spellings.some((spelling) => code.includes(spelling))).toBe(true);
    },
  );
});

test('the glossary is in alphabetical order, without doubles', () => {
  const sorted = [...new Set(WORDS)].sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
  expect(WORDS).toEqual(sorted);
});

/** Other names of things that have one: left, what is not said; right, what is. */
const INSTEAD: readonly (readonly [RegExp, string])[] = [
  [/\bworkflow\b/i, 'pass'],
  [/\bnode ?group\b/i, 'pool'],
  [/\breconciler\b/i, 'pass or step'],
  [/\bmaster node\b/i, 'control plane node'],
];

test.each(INSTEAD)('nothing says %s', (pattern) => {
  const spoken = repositoryFiles().filter(
    (file) => /^(?:lib|functions|agent)\/.*\.ts$/.test(file) && pattern.test(readText(file)),
  );
  expect(spoken).toEqual([]);
});

test('conditions have the titles that people read: spaced names', () => {
  const spaced = Object.keys(CONDITION_TITLES).map((type) => type.replace(/(?<!^)([A-Z])/g, ' $1'));
  expect(Object.values(CONDITION_TITLES)).toEqual(spaced);
});
