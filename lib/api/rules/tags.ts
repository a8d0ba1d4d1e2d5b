/**
 * Tags: a map, or an array of `key:value` (A182 to A187). Rules of Azure's, since every cluster there carries them on its
 * resources: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 * They hold for all clusters, so that tags mean the same everywhere; AWS has some of its own besides.
 */
import type { CloudConfig, Tags } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';
import { pointer } from '../schema-findings.ts';
import { awsTagFindings } from './aws-tags.ts';

/** Azure allows 50 on a resource; the rest is for the tags that say what a resource is. */
const TAG_LIMIT = 40;
const RESERVED = ['azure', 'microsoft', 'windows'] as const;
/** Ours: what marks a resource as a cluster's may not be set from outside. */
const OWN_PREFIX = /^slipway[_:]/i;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

/** What a cloud says besides. */
const OWN_RULES = {
  aks: () => [],
  aws: awsTagFindings,
} as const satisfies Record<CloudConfig['type'], (tag: Pair) => readonly Finding[]>;

export interface Pair {
  readonly key: string;
  readonly value: string;
  readonly path: string;
}

/** `cloud`: absent when it could not be read; then only what holds everywhere is said. */
export function readTags(given: unknown, path: string, cloud: CloudConfig | undefined): Read<Tags> {
  if (given === undefined) return read({});
  const pairs = pairsOf(given, path);
  const findings = [
    ...pairs.findings,
    ...pairs.value.flatMap((pair) => pairFindings(pair, cloud)),
    ...duplicates(pairs.value),
    ...(pairs.value.length > TAG_LIMIT
      ? [violation('TAG_LIMIT', path, `At most ${TAG_LIMIT} tags; these are ${pairs.value.length}.`)]
      : []),
  ];
  return read(Object.fromEntries(pairs.value.map(({ key, value }) => [key, value])), ...findings);
}

function pairsOf(given: unknown, path: string): Read<readonly Pair[]> {
  if (Array.isArray(given))
    return gather(given.map((item, index) => pairOfText(item, path + pointer([index]))));
  if (typeof given === 'object' && given !== null) {
    return gather(
      Object.entries(given).map(([key, value]) => pairOfEntry(key, value, path + pointer([key]))),
    );
  }
  return read([], violation('TAG_FORMAT', path, 'Tags are a map, or an array of «key:value».'));
}

function pairOfText(item: unknown, path: string): Read<Pair | undefined> {
  const colon = typeof item === 'string' ? item.indexOf(':') : -1;
  if (typeof item !== 'string' || colon < 0) {
    const reserved = typeof item === 'string' ? reservedFindings(item, path) : [];
    return read(undefined, ...(reserved.length > 0 ? reserved : [format(path, 'A tag is «key:value».')]));
  }
  return read({ key: item.slice(0, colon).trim(), value: item.slice(colon + 1).trim(), path });
}

function pairOfEntry(key: string, value: unknown, path: string): Read<Pair | undefined> {
  if (typeof value === 'string') return read({ key: key.trim(), value, path });
  return read(undefined, format(path, 'The value of a tag is text.'));
}

function gather(reads: readonly Read<Pair | undefined>[]): Read<readonly Pair[]> {
  const pairs = reads.map(({ value }) => value).filter((pair) => pair !== undefined);
  return read(pairs, ...reads.flatMap(({ findings }) => findings));
}

function pairFindings(pair: Pair, cloud: CloudConfig | undefined): readonly Finding[] {
  const { key, value, path } = pair;
  const reserved = reservedFindings(key, path);
  if (reserved.length > 0) return reserved;
  if (key === '') return [format(path, 'A tag needs a key.')];
  if (key.length > MAX_KEY_LENGTH || /[<>%&\\?/\p{C}]/u.test(key)) {
    return [format(path, `A key has at most ${MAX_KEY_LENGTH} characters and none of < > % & \\ ? /.`)];
  }
  if (value.length > MAX_VALUE_LENGTH || /\p{C}/u.test(value)) {
    return [format(path, `A value has at most ${MAX_VALUE_LENGTH} printable characters.`)];
  }
  return cloud ? OWN_RULES[cloud.type](pair) : [];
}

function reservedFindings(key: string, path: string): readonly Finding[] {
  const word = key.trim().toLowerCase();
  const equal = RESERVED.find((reserved) => word === reserved);
  if (equal) return [violation('TAG_RESERVED', path, `The tag «${equal}» is reserved.`)];
  const prefix = RESERVED.find((reserved) => word.startsWith(reserved));
  if (prefix)
    return [violation('TAG_RESERVED', path, `Tags that begin with «${prefix}» are reserved by Azure.`)];
  if (OWN_PREFIX.test(word)) {
    return [
      violation('TAG_RESERVED', path, 'Tags that begin with «slipway» mark what belongs to a cluster.'),
    ];
  }
  return [];
}

/** Azure compares keys without case, so two that differ in case only would overwrite each other. */
function duplicates(pairs: readonly Pair[]): readonly Finding[] {
  const seen = new Set<string>();
  return pairs.flatMap(({ key, path }) => {
    const folded = key.toLowerCase();
    if (seen.has(folded))
      return [violation('TAG_DUPLICATE', path, 'This key is given twice (case does not count).')];
    seen.add(folded);
    return [];
  });
}

function format(path: string, message: string): Finding {
  return violation('TAG_FORMAT', path, message);
}
