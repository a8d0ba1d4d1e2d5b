import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { passDeps } from './engine.ts';
import { clusterAddress } from './event-log.ts';
import { farewell } from './farewell.ts';

test('nothing of the cluster stays in its partition, whatever its type', async () => {
  const deps = someDeps();
  const document = aCluster();
  const at = clusterAddress(document.id);
  const written = await deps.store.create(at, document);
  for (const type of ['agent-state', 'agent-enrolment', 'events', 'health', 'operation'])
    await deps.store.create(at, { id: `${type}-1`, type });
  for (let index = 0; index < 120; index += 1)
    await deps.store.create(at, { id: `more-${index}`, type: 'events' });
  const etag = written.kind === 'written' ? written.etag : '';
  expect(await farewell(passDeps(deps), { document, etag })).toBe(true);
  expect((await deps.store.query({ ...at, where: [], limit: 10 })).items).toEqual([]);
});
