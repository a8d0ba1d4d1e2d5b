/**
 * Cluster profiles in the project's directory, one document per version. A version never changes once stored, so that
 * a cluster's snapshot can always be compared with what it was made from.
 */
import type { Deps } from '../deps.ts';
import type { CloudType } from '../domain/cluster.ts';
import type { ProfileVersion } from '../domain/profile.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { Address, Filter, Page, StoredDocument } from '../store/port.ts';

export interface ProfileDocument extends StoredDocument {
  readonly type: 'profile';
  readonly profile: ProfileVersion;
  readonly createdAt: Instant;
}

/** All versions of one profile. */
export interface ProfileSummary {
  readonly name: string;
  readonly cloudType: CloudType;
  readonly description?: string;
  /** As stored: by id, which orders them by text. */
  readonly versions: readonly string[];
}

type StoreDeps = Pick<Deps, 'store'>;

function address(project: string): Address {
  return { container: 'directory', partition: project };
}

function profileId(name: string, version: string): string {
  return `profile:${name}:${version}`;
}

/** What can be part of an id: the store refuses slashes, and no stored profile has any. */
const NAME = /^[\w.+-]{1,63}$/;

export async function readProfile(
  { store }: StoreDeps,
  project: string,
  name: string,
  version: string,
): Promise<ProfileDocument | undefined> {
  if (!NAME.test(name) || !NAME.test(version)) return undefined;
  const stored = await store.read<ProfileDocument>(address(project), profileId(name, version));
  return stored?.document;
}

/** False: that version exists already and stays as it is. */
export async function addProfile(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  project: string,
  profile: ProfileVersion,
): Promise<boolean> {
  const document: ProfileDocument = {
    id: profileId(profile.name, profile.version),
    type: 'profile',
    profile,
    createdAt: toInstant(clock.now()),
  };
  const written = await store.create(address(project), document);
  return written.kind === 'written';
}

export interface ProfileQuery {
  readonly cloudType?: CloudType;
  /** 1..100 */
  readonly limit: number;
  readonly continuation?: string;
}

/** Versions by name, then version; `cloudType` narrows to what fits one cloud (A9). */
export function listProfiles(
  { store }: StoreDeps,
  project: string,
  { cloudType, limit, continuation }: ProfileQuery,
): Promise<Page<ProfileDocument>> {
  const where: Filter[] = [{ field: 'type', is: '=', value: 'profile' }];
  if (cloudType !== undefined) where.push({ field: 'profile.cloudType', is: '=', value: cloudType });
  return store.query<ProfileDocument>({
    container: 'directory',
    partition: project,
    where,
    orderBy: { field: 'id', direction: 'asc' },
    limit,
    ...(continuation !== undefined && { continuation }),
  });
}

/** A profile with more versions than this shows the first ones. */
const MAX_VERSIONS = 1000;

export async function describeProfile(
  { store }: StoreDeps,
  project: string,
  name: string,
): Promise<ProfileSummary | undefined> {
  const page = await store.query<ProfileDocument>({
    container: 'directory',
    partition: project,
    where: [{ field: 'id', is: 'startsWith', value: profileId(name, '') }],
    orderBy: { field: 'id', direction: 'asc' },
    limit: MAX_VERSIONS,
  });
  const versions = page.items.map((item) => item.document.profile);
  const latest = versions.at(-1);
  if (!latest) return undefined;
  return {
    name,
    cloudType: latest.cloudType,
    ...(latest.description !== undefined && { description: latest.description }),
    versions: versions.map((profile) => profile.version),
  };
}
