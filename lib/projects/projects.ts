/**
 * Projects: every other object belongs to one. A project is a document in its own partition of the directory, where the
 * check of every request finds it beside the caller's membership; a second, tiny one in the platform's partition makes
 * the list, so that listing never scans.
 */
import { PROJECT_ID, projectAddress } from '../api/auth/grants.ts';
import type { Deps } from '../deps.ts';
import { conflict } from '../domain/findings.ts';
import { accept, invalid, notFound, type Outcome, refuse } from '../domain/refusal.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { Address, Stored, StoredDocument } from '../store/port.ts';
import { forgetHooks } from '../webhooks/settle.ts';
import { readSettings } from './settings.ts';

export interface ProjectDocument extends StoredDocument {
  readonly type: 'project';
  readonly name: string;
  readonly description?: string;
  readonly generation: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

interface ProjectEntry extends StoredDocument {
  readonly type: 'project-entry';
  readonly name: string;
}

/** No project can be called so: `$` is in no DNS label. */
const PLATFORM: Address = { container: 'directory', partition: '$platform' };

type StoreDeps = Pick<Deps, 'store' | 'clock'>;

export function readProject(
  { store }: Pick<Deps, 'store'>,
  name: string,
): Promise<Stored<ProjectDocument> | undefined> {
  return store.read<ProjectDocument>(projectAddress(name), PROJECT_ID);
}

export interface ProjectPut {
  readonly document: ProjectDocument;
  readonly outcome: 'created' | 'changed' | 'unchanged';
}

export interface ProjectFields {
  readonly description?: string;
}

export async function putProject(
  deps: StoreDeps,
  at: { readonly name: string; readonly ifGeneration?: number },
  fields: ProjectFields,
): Promise<Outcome<ProjectPut>> {
  const stored = await readProject(deps, at.name);
  if (!stored) return createProject(deps, at, fields);
  const { document, etag } = stored;
  if (at.ifGeneration !== undefined && at.ifGeneration !== document.generation) {
    return refuse({ kind: 'stale', generation: document.generation });
  }
  if (document.description === fields.description) return accept({ document, outcome: 'unchanged' });
  const { description: _, ...kept } = document;
  const next: ProjectDocument = {
    ...kept,
    ...fields,
    generation: document.generation + 1,
    updatedAt: toInstant(deps.clock.now()),
  };
  const written = await deps.store.replace(projectAddress(at.name), next, etag);
  if (written.kind !== 'written') return refuse({ kind: 'contended', what: `project ${at.name}` });
  return accept({ document: next, outcome: 'changed' });
}

async function createProject(
  { store, clock }: StoreDeps,
  { name, ifGeneration }: { readonly name: string; readonly ifGeneration?: number },
  fields: ProjectFields,
): Promise<Outcome<ProjectPut>> {
  if (ifGeneration !== undefined) return refuse({ kind: 'stale', generation: 0 });
  const now = toInstant(clock.now());
  const document: ProjectDocument = {
    id: PROJECT_ID,
    type: 'project',
    name,
    ...fields,
    generation: 1,
    createdAt: now,
    updatedAt: now,
  };
  // The list first: an entry without a project is left out of lists, a project without an entry would be lost to them.
  const entry: ProjectEntry = { id: entryId(name), type: 'project-entry', name };
  await store.upsert(PLATFORM, entry);
  const written = await store.create(projectAddress(name), document);
  if (written.kind !== 'written') return refuse({ kind: 'contended', what: `project ${name}` });
  return accept({ document, outcome: 'created' });
}

export async function listProjects(
  { store }: Pick<Deps, 'store'>,
  query: { readonly limit: number; readonly continuation?: string },
  isVisible: (name: string) => Promise<boolean>,
): Promise<{ readonly items: readonly ProjectDocument[]; readonly continuation?: string }> {
  const page = await store.query<ProjectEntry>({
    container: 'directory',
    partition: PLATFORM.partition,
    where: [{ field: 'type', is: '=', value: 'project-entry' }],
    orderBy: { field: 'id', direction: 'asc' },
    limit: query.limit,
    ...(query.continuation !== undefined && { continuation: query.continuation }),
  });
  const seen = await Promise.all(
    page.items.map(async ({ document: { name } }) =>
      (await isVisible(name)) ? await readProject({ store }, name) : undefined,
    ),
  );
  const items = seen.flatMap((stored) => (stored ? [stored.document] : []));
  return { items, ...(page.continuation !== undefined && { continuation: page.continuation }) };
}

/** What people put into a project, and would lose with it; members and settings go along. */
const CONTENTS = ['cluster-entry', 'cloud-account', 'profile'] as const;

export async function removeProject(
  { store, secrets }: Pick<Deps, 'store' | 'secrets'>,
  at: { readonly name: string; readonly ifGeneration?: number },
): Promise<Outcome<ProjectDocument>> {
  const stored = await readProject({ store }, at.name);
  if (!stored) return notFound('project', at.name);
  const { document, etag } = stored;
  if (at.ifGeneration !== undefined && at.ifGeneration !== document.generation) {
    return refuse({ kind: 'stale', generation: document.generation });
  }
  for (const type of CONTENTS) {
    const found = await store.query({
      container: 'directory',
      partition: at.name,
      where: [{ field: 'type', is: '=', value: type }],
      limit: 1,
    });
    if (found.items.length > 0) return invalid(notEmpty(at.name, type));
  }
  const removed = await store.delete(projectAddress(at.name), PROJECT_ID, etag);
  if (removed.kind === 'stale') return refuse({ kind: 'contended', what: `project ${at.name}` });
  await removeRest({ store, secrets }, at.name);
  await store.delete(PLATFORM, entryId(at.name));
  return accept(document);
}

const WORDS = {
  'cluster-entry': 'clusters',
  'cloud-account': 'cloud accounts',
  profile: 'profiles',
} as const satisfies Record<(typeof CONTENTS)[number], string>;

function notEmpty(name: string, type: (typeof CONTENTS)[number]) {
  return conflict('PROJECT_NOT_EMPTY', '', `Project ${name} still has ${WORDS[type]}; delete them first.`);
}

/** A project that is made again under the name must not inherit members. */
async function removeRest(deps: Pick<Deps, 'store' | 'secrets'>, name: string): Promise<void> {
  const { store } = deps;
  // Secrets before the settings, which alone know their names.
  const settings = await readSettings(deps, name);
  await forgetHooks(deps, name, { gone: settings?.document.webhooks ?? [], kept: [] });
  for (;;) {
    const page = await store.query({ container: 'directory', partition: name, where: [], limit: 100 });
    for (const { document } of page.items) await store.delete(projectAddress(name), document.id);
    if (page.continuation === undefined) return;
  }
}

function entryId(name: string): string {
  return `project:${name}`;
}
