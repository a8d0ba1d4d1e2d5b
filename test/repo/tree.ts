/**
 * The files of the repository, for tests that hold code, documents and settings together. Walks the folder and not the
 * version control, so that it works in an archive too; what .gitignore names is left out.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Jest's working directory: where its configuration is. */
const ROOT = process.cwd();

const IGNORED = new Set(['.git', ...ignoredNames()]);

/** The plain names of .gitignore: `dist/` and `local.settings.json`; patterns are of no interest here. */
function ignoredNames(): readonly string[] {
  const lines = readFileSync(path.join(ROOT, '.gitignore'), 'utf8').split('\n');
  return lines.map((line) => line.trim().replace(/\/$/, '')).filter((line) => /^[\w.-]+$/.test(line));
}

/** Paths from the root, with forward slashes, sorted. */
export function repositoryFiles(below = ''): readonly string[] {
  const entries = readdirSync(path.join(ROOT, below), { withFileTypes: true });
  return entries
    .filter((entry) => !IGNORED.has(entry.name) && !entry.name.endsWith('.log'))
    .flatMap((entry) => {
      const file = path.posix.join(below, entry.name);
      return entry.isDirectory() ? repositoryFiles(file) : [file];
    })
    .sort();
}

export function readText(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

export function exists(file: string): boolean {
  return existsSync(path.join(ROOT, file));
}
