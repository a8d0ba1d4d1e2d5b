/**
 * Where samples are kept: container `usage`, partition = cluster uid, three levels that get coarser with age.
 *
 *   `raw-<ms>`     what reports brought; named after its last sample
 *   `fine-<ms>`    averages of 5 minutes, of 4 hours; named after their start
 *   `coarse-<ms>`  averages of an hour, of a day in UTC; named after its start
 *
 * Everything expires by itself, and lives longer than it is shown: what a level has to make of the one below it can
 * wait for an agent that is silent for a night.
 */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import type { Address, Page, StoredDocument } from '../store/port.ts';
import type { Block } from './block.ts';
import { type PackedBlock, packBlock, unpackBlock } from './packed-block.ts';

export type LevelName = 'raw' | 'fine' | 'coarse';

export interface Level {
  readonly name: LevelName;
  readonly ttlSeconds: number;
}

/** A level that is made of another one. */
export interface RolledLevel extends Level {
  /** Milliseconds of one document. */
  readonly windowMs: number;
  /** Milliseconds of one point. */
  readonly stepMs: number;
}

const DAY_SECONDS = 24 * 3600;

export const RAW: Level = { name: 'raw', ttlSeconds: DAY_SECONDS + 4 * 3600 };
export const FINE: RolledLevel = {
  name: 'fine',
  ttlSeconds: 3 * DAY_SECONDS,
  windowMs: 4 * HOUR_MS,
  stepMs: 5 * MINUTE_MS,
};
export const COARSE: RolledLevel = {
  name: 'coarse',
  ttlSeconds: 32 * DAY_SECONDS,
  windowMs: 24 * HOUR_MS,
  stepMs: HOUR_MS,
};

interface BlockDocument extends StoredDocument {
  readonly type: 'usage';
  readonly block: PackedBlock;
}

export interface NamedBlock {
  readonly atMs: EpochMs;
  readonly block: Block;
}

type UsageDeps = Pick<Deps, 'store'>;

const TIME_DIGITS = 13;
const PAGE = 200;

/** A block that is there already stays: it says the same. */
export async function createBlock(
  { store }: UsageDeps,
  cluster: ClusterId,
  { name, ttlSeconds }: Level,
  { atMs, block }: NamedBlock,
): Promise<void> {
  const document: BlockDocument = {
    id: idOf(name, atMs),
    type: 'usage',
    ttl: ttlSeconds,
    block: packBlock(block),
  };
  await store.create(addressOf(cluster), document);
}

export async function hasBlock(
  { store }: UsageDeps,
  cluster: ClusterId,
  level: Level,
  atMs: EpochMs,
): Promise<boolean> {
  return (await store.read(addressOf(cluster), idOf(level.name, atMs))) !== undefined;
}

/** Those named after a time from `fromMs` on and before `toMs`, oldest first. */
export async function readBlocks(
  { store }: UsageDeps,
  cluster: ClusterId,
  level: Level,
  { fromMs, toMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
): Promise<readonly NamedBlock[]> {
  const blocks: NamedBlock[] = [];
  let continuation: string | undefined;
  do {
    const page: Page<BlockDocument> = await store.query<BlockDocument>({
      ...addressOf(cluster),
      where: [
        { field: 'id', is: '>=', value: idOf(level.name, fromMs) },
        { field: 'id', is: '<', value: idOf(level.name, toMs) },
      ],
      orderBy: { field: 'id', direction: 'asc' },
      limit: PAGE,
      ...(continuation === undefined ? {} : { continuation }),
    });
    for (const { document } of page.items) blocks.push(named(document));
    continuation = page.continuation;
  } while (continuation !== undefined);
  return blocks;
}

/** The last one before `beforeMs`. */
export async function newestBlock(
  { store }: UsageDeps,
  cluster: ClusterId,
  { name }: Level,
  beforeMs: EpochMs,
): Promise<NamedBlock | undefined> {
  const page = await store.query<BlockDocument>({
    ...addressOf(cluster),
    where: [
      { field: 'id', is: 'startsWith', value: `${name}-` },
      { field: 'id', is: '<', value: idOf(name, beforeMs) },
    ],
    orderBy: { field: 'id', direction: 'desc' },
    limit: 1,
  });
  const [found] = page.items;
  return found && named(found.document);
}

function named({ id, block }: BlockDocument): NamedBlock {
  return { atMs: Number(id.slice(-TIME_DIGITS)), block: unpackBlock(block) };
}

function idOf(name: LevelName, atMs: EpochMs): string {
  return `${name}-${String(Math.max(0, atMs)).padStart(TIME_DIGITS, '0')}`;
}

function addressOf(cluster: ClusterId): Address {
  return { container: 'usage', partition: cluster };
}
