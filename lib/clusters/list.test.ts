import { expect, test } from '@jest/globals';
import { aCluster, aSpec } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { asClusterId } from '../domain/ids.ts';
import { reserveName } from './directory.ts';
import { listClusters } from './list.ts';

async function aFleet(size: number) {
  const deps = someDeps();
  for (let index = 0; index < size; index += 1) {
    const name = `c${String(index).padStart(3, '0')}`;
    const spec = aSpec({ tags: { parity: index % 2 === 0 ? 'even' : 'odd' } });
    await reserveName(deps, aCluster({ id: asClusterId(name), name, spec }));
  }
  return deps;
}

const all = () => true;

test('pages follow each other without gaps or repeats, filters included', async () => {
  const deps = await aFleet(25);
  const found: string[] = [];
  let continuation: string | undefined;
  do {
    const page = await listClusters(deps, 'default', {
      limit: 4,
      tag: { key: 'parity', value: 'odd' },
      sees: all,
      ...(continuation !== undefined && { continuation }),
    });
    expect(page.items.length).toBeLessThanOrEqual(4);
    found.push(...page.items.map(({ name }) => name));
    continuation = page.continuation;
  } while (continuation !== undefined);
  expect(found).toEqual([
    'c001',
    'c003',
    'c005',
    'c007',
    'c009',
    'c011',
    'c013',
    'c015',
    'c017',
    'c019',
    'c021',
    'c023',
  ]);
});

test('[A188] a filter that admits nothing ends, and says where to go on', async () => {
  const deps = await aFleet(25);
  const page = await listClusters(deps, 'default', { limit: 1, sees: () => false });
  expect(page.items).toEqual([]);
  expect(page.continuation).toBeDefined();
});
