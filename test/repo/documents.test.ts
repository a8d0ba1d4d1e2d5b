/** The documents are true: what they name exists, what they show is what is executed, and links lead somewhere. */
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { endpoints } from '../../functions/http/index.ts';
import { SETTINGS } from '../../lib/config.ts';
import { anchors, codeOf, fences, links, tableRows } from './markdown.ts';
import { exists, readText, repositoryFiles } from './tree.ts';

const DOCUMENTS = repositoryFiles().filter((file) => file.endsWith('.md'));
const SCRIPTS = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readText('package.json')));

/** JSON inside a shell's here-document. */
function hereDocuments(file: string): readonly unknown[] {
  const shell = fences(readText(file), 'sh').join('\n');
  return [...shell.matchAll(/<<EOF\n([\s\S]*?)\nEOF$/gm)].map(([, body]) => JSON.parse(body ?? ''));
}

const example = (name: string): unknown => JSON.parse(readText(`docs/examples/${name}.json`));

describe('requests that guides show are the examples that are executed', () => {
  test.each([
    ['README.md', 'create-aks'],
    ['docs/how-to/connect-azure.md', 'register-account'],
  ])('%s', (file, name) => {
    expect(hereDocuments(file)).toEqual([example(name)]);
  });
});

test('the README fits on a few screens', () => {
  expect(readText('README.md').split('\n').length).toBeLessThanOrEqual(151);
});

describe.each(DOCUMENTS)('%s', (file) => {
  const text = readText(file);

  test('names scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in SCRIPTS.scripts))).toEqual([]);
  });

  test('links to files and headings that exist', () => {
    const local = links(text).filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !leadsSomewhere(file, target))).toEqual([]);
  });

  test('names files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:lib|functions|local|test|docs|scripts|packs)\/[\w./-]*)`/g)];
    const missing = named
      .map(([, name]) => name ?? '')
      .filter((name) => !exists(name) && !exists(`${name}.ts`));
    expect(missing).toEqual([]);
  });

  test('has lines of 120 characters at most, tables and code aside', () => {
    const prose = text.replace(/^```[\s\S]*?^```$/gm, '').split('\n');
    expect(prose.filter((line) => line.length > 120 && !line.trimStart().startsWith('|'))).toEqual([]);
  });
});

function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const wanted = file === '' ? from : path.posix.join(path.posix.dirname(from), file);
  if (!exists(wanted)) return false;
  return anchor === undefined || anchors(readText(wanted)).includes(anchor);
}

test('every guide is linked from the README or from a document that is', () => {
  const reached = new Set(['README.md']);
  for (const file of reached) {
    for (const target of links(readText(file)).filter((link) => /^[\w./-]+\.md(#|$)/.test(link))) {
      reached.add(path.posix.join(path.posix.dirname(file), target.split('#')[0] ?? ''));
    }
  }
  const guides = DOCUMENTS.filter(
    (file) => !file.startsWith('docs/adr/') && !file.startsWith('docs/examples/'),
  );
  expect(guides.filter((file) => !reached.has(file))).toEqual([]);
});

describe('settings', () => {
  const settings = Object.keys(SETTINGS.shape).sort();

  test('the example file has all of them and no other', () => {
    const { Values: values } = z
      .object({ Values: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readText('local.settings.example.json')));
    const platform = ['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsStorage'];
    expect(
      Object.keys(values)
        .filter((name) => !platform.includes(name))
        .sort(),
    ).toEqual(settings);
  });

  test('architecture.md explains all of them and no other', () => {
    const cells = tableRows(readText('docs/architecture.md'), 'Setting').map(([name = '']) => name);
    expect(cells.flatMap((cell) => cell.split(', ').map(codeOf)).sort()).toEqual(settings);
  });
});

test('[A15] routes that the examples use exist', () => {
  const routes = endpoints.map(({ contract: { method, route } }) => {
    const pattern = route.replace(/\{\w+\}/g, '[^/]+');
    return { method, path: new RegExp(`^/api/${pattern}$`) };
  });
  const text = readText('docs/examples/README.md');
  const rows = [...tableRows(text, 'Operation'), ...tableRows(text, 'On AWS')];
  const requests = rows.map(([, request]) => codeOf(request));
  expect(requests.length).toBeGreaterThan(30);
  const unknown = requests.filter((request) => {
    const [method, below = ''] = request.split(' ');
    const address = `/api/v1/projects/default/clusters${below === '/' ? '' : below}`.split('?')[0] ?? '';
    return !routes.some((route) => route.method === method && route.path.test(address));
  });
  expect(unknown).toEqual([]);
});

describe('architecture.md leaves nothing out', () => {
  const text = readText('docs/architecture.md');
  const namesIn = (folder: RegExp, pattern: RegExp) => {
    const files = repositoryFiles().filter((file) => folder.test(file) && !file.endsWith('.test.ts'));
    const names = files.flatMap((file) =>
      [...readText(file).matchAll(pattern)].map(([, name]) => name ?? ''),
    );
    return [...new Set(names)].sort();
  };

  test.each([
    ['steps', /^lib\/clouds\/\w+\/.*steps\//, /'((?:aks|azure|aws)\/[a-z-]+)'/g],
    ['functions', /^functions\/index\.ts$/, /app\.\w+\('([\w-]+)'/g],
    ['containers', /^lib\/store\/port\.ts$/, /^ {2}(\w+): \{ partitionKey/gm],
    ['routes of local mode', /^local\/api\/routes\.ts$/, /\\\/local\\\/(token|clouds|endpoints|clusters)/g],
  ])('%s', (_what, folder, pattern) => {
    const names = namesIn(folder, pattern);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });

  test('files that local mode keeps', () => {
    const kept = namesIn(
      /^local\/(?:stack|clouds\/start|auth\/issuer)\.ts$/,
      /'([\w-]+\.(?:db|json|key|pem))'/g,
    );
    expect(kept).toContain('cosmos.db');
    expect(kept.filter((name) => name !== 'host.json' && !text.includes(`\`${name}\``))).toEqual([]);
  });
});
