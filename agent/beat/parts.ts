/**
 * A report in bodies that the control plane takes: lists are cut between their items, samples between their nodes, and
 * the pieces carry `part`. The first part names every list that is sent, so that one that became empty is told from one
 * that is not sent. A sample that is cut keeps its instant in every piece.
 */
import type { Heartbeat, UsageSample } from '../../lib/domain/agent.ts';
import type { Lists } from './contents.ts';

export type Payload = Lists & Pick<Heartbeat, 'samples' | 'part'>;

/** The server refuses bodies above 256 KiB; the rest is for what every beat says. */
const MAX_PART_BYTES = 190 * 1024;
/** Where something on the way takes less: firewalls of applications often take 128 KiB. */
export const SMALL_PART_BYTES = 95 * 1024;
/** Nodes of one sample in one piece. */
const SAMPLE_NODES = 500;

const KEYS = ['nodes', 'services', 'packs', 'backupLocations', 'samples'] as const;
type Key = (typeof KEYS)[number];

interface Item {
  readonly key: Key;
  readonly value: unknown;
  readonly bytes: number;
}

/** At least one part; without `part` when one is enough. */
export function parts(
  lists: Lists,
  samples: readonly UsageSample[],
  maxBytes = MAX_PART_BYTES,
): readonly Payload[] {
  const whole = { ...lists, ...(samples.length === 0 ? {} : { samples: samples.flatMap(pieces) }) };
  const present = KEYS.filter((key) => whole[key] !== undefined);
  const bodies = packed(
    present.flatMap((key) => items(key, whole[key] ?? [])),
    maxBytes,
  ).map(grouped);
  const [first = {}, ...more] = bodies;
  const named = Object.fromEntries(present.map((key) => [key, first[key] ?? []]));
  const all: readonly Payload[] = [named, ...more];
  return all.length === 1 ? all : all.map((body, index) => ({ ...body, part: { index, of: all.length } }));
}

const items = (key: Key, values: readonly unknown[]): readonly Item[] =>
  values.map((value) => ({ key, value, bytes: Buffer.byteLength(JSON.stringify(value)) + 1 }));

/** Greedily, in order. An item larger than a part goes alone. */
function packed(all: readonly Item[], maxBytes: number): readonly (readonly Item[])[] {
  const bins: Item[][] = [];
  let room = 0;
  for (const item of all) {
    const bin = bins.at(-1);
    if (bin === undefined || item.bytes > room) {
      bins.push([item]);
      room = maxBytes - item.bytes;
    } else {
      bin.push(item);
      room -= item.bytes;
    }
  }
  return bins;
}

function grouped(bin: readonly Item[]): Payload {
  return Object.fromEntries(
    Object.entries(Object.groupBy(bin, ({ key }) => key)).map(([key, of]) => [
      key,
      of.map(({ value }) => value),
    ]),
  );
}

function pieces(sample: UsageSample): readonly UsageSample[] {
  const nodes = Object.entries(sample.nodes);
  if (nodes.length <= SAMPLE_NODES) return [sample];
  const count = Math.ceil(nodes.length / SAMPLE_NODES);
  return Array.from({ length: count }, (_, index) => ({
    at: sample.at,
    nodes: Object.fromEntries(nodes.slice(index * SAMPLE_NODES, (index + 1) * SAMPLE_NODES)),
  }));
}
