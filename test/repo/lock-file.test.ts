/**
 * `npm ci` on every platform and from every registry: a lock file that leaves out the packages of other platforms is
 * refused, and one with addresses asks a registry that others cannot reach. CONTRIBUTING.md has the story.
 */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { readText } from './tree.ts';

const Locked = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const { packages } = z
  .object({ packages: z.record(z.string(), Locked) })
  .parse(JSON.parse(readText('package-lock.json')));
const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});
const manifest = Manifest.parse(JSON.parse(readText('package.json')));

test('has an entry for every optional dependency, whatever its platform', () => {
  const missing = Object.entries(packages).flatMap(([at, { optionalDependencies }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${at}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('names no registry', () => {
  expect(Object.keys(packages).filter((at) => packages[at]?.resolved !== undefined)).toEqual([]);
});

test('holds the exact versions that package.json asks for', () => {
  const asked = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)).toEqual(
    [],
  );
});
