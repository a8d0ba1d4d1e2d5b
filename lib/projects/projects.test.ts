import { expect, test } from '@jest/globals';
import { storeAccount } from '../../test/builders/account.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { putMember, readMember } from './members.ts';
import { listProjects, putProject, readProject, removeProject } from './projects.ts';

const everything = async () => true;

test('a project is created, described, and left alone when nothing changes', async () => {
  const deps = someDeps();
  const created = await putProject(deps, { name: 'shop' }, {});
  expect(created).toMatchObject({ value: { outcome: 'created', document: { name: 'shop', generation: 1 } } });
  const changed = await putProject(deps, { name: 'shop', ifGeneration: 1 }, { description: 'the shop' });
  expect(changed).toMatchObject({
    value: { outcome: 'changed', document: { generation: 2, description: 'the shop' } },
  });
  const same = await putProject(deps, { name: 'shop' }, { description: 'the shop' });
  expect(same).toMatchObject({ value: { outcome: 'unchanged', document: { generation: 2 } } });
  const stale = await putProject(deps, { name: 'shop', ifGeneration: 1 }, {});
  expect(stale).toEqual({ ok: false, refusal: { kind: 'stale', generation: 2 } });
});

test('a list shows what its reader may see, by name', async () => {
  const deps = someDeps();
  for (const name of ['c', 'a', 'b']) await putProject(deps, { name }, {});
  const page = await listProjects(deps, { limit: 10 }, async (name) => name !== 'b');
  expect(page.items.map(({ name }) => name)).toEqual(['a', 'c']);
  const first = await listProjects(deps, { limit: 2 }, everything);
  expect(first.items.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(first.continuation).toBeDefined();
});

test('a project with an account in it stays', async () => {
  const deps = someDeps();
  await putProject(deps, { name: 'default' }, {});
  await storeAccount(deps);
  const outcome = await removeProject(deps, { name: 'default' });
  expect(outcome).toMatchObject({ refusal: { findings: [{ code: 'PROJECT_NOT_EMPTY', status: 409 }] } });
  expect(await readProject(deps, 'default')).toBeDefined();
});

test('an empty project goes with its members, and its name comes back without them', async () => {
  const deps = someDeps();
  await putProject(deps, { name: 'shop' }, {});
  await putMember(deps, { project: 'shop', subject: 'ann' }, { role: 'admin' });
  expect((await removeProject(deps, { name: 'shop' })).ok).toBe(true);
  expect((await listProjects(deps, { limit: 10 }, everything)).items).toEqual([]);
  await putProject(deps, { name: 'shop' }, {});
  expect(await readMember(deps, 'shop', 'ann')).toBeUndefined();
});
