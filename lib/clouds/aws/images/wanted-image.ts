/**
 * Which image the packs ask for: Canonical's Ubuntu of the os pack's version, or the one that the pack names
 * (`image: {owner, name}` or `{id}`). Pure.
 */
import { z } from 'zod';
import type { ClusterView, JsonObject } from '../../../domain/cluster.ts';
import type { Layer, ProfileLayer } from '../../../domain/profile.ts';
import { mergeValues } from '../../../profiles/resolve.ts';
import { contentHash } from '../content-hash.ts';
import type { ImageSeen, WantedImage } from './port.ts';

/** Canonical's account: documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images */
const CANONICAL = '099720109477';
const DEFAULT_VERSION = '24.04';
/** How Ubuntu spells the architectures of EC2. */
const SPELLINGS = { x86_64: 'amd64', arm64: 'arm64' } as const;

const OsValues = z.object({
  architecture: z.enum(['x86_64', 'arm64']).catch('x86_64'),
  image: z
    .union([z.object({ id: z.string() }), z.object({ owner: z.string(), name: z.string() })])
    .optional()
    .catch(undefined),
});

type Packs = Pick<ClusterView, 'profile' | 'spec'>;

export function wantedImage(view: Packs): WantedImage {
  const { architecture, image } = OsValues.parse(valuesOf(view, 'os'));
  if (image === undefined) {
    const named = (version: string) =>
      `ubuntu/images/hvm-ssd*/ubuntu-*-${version}-${SPELLINGS[architecture]}-server-*`;
    const name = named(ubuntuVersion(view));
    return { kind: 'named', owner: CANONICAL, name, architecture, otherwise: named('*') };
  }
  return 'id' in image ? { kind: 'id', id: image.id } : { kind: 'named', ...image, architecture };
}

/** Two clusters with the same one run the same software: what makes a machine outdated when it changes. */
export function packSignature(view: Packs): string {
  const packs = (['os', 'kubernetes'] as const).map((layer) => {
    const found = layerOf(view, layer);
    return { pack: found?.pack, version: found?.version, values: valuesOf(view, layer) };
  });
  return contentHash(packs);
}

export function newestOf(images: readonly ImageSeen[]): ImageSeen | undefined {
  return images.toSorted((a, b) => order(b.createdAt, a.createdAt) || order(a.id, b.id)).at(0);
}

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** `24.04` of `24.04.2`: point releases have no images of their own. */
function ubuntuVersion(view: Packs): string {
  const version = layerOf(view, 'os')?.version ?? DEFAULT_VERSION;
  return /^\d+\.\d+/.exec(version)?.[0] ?? DEFAULT_VERSION;
}

function layerOf({ profile }: Packs, layer: Layer): ProfileLayer | undefined {
  return profile.layers.find((candidate) => candidate.layer === layer);
}

function valuesOf(view: Packs, layer: Layer): JsonObject {
  const found = layerOf(view, layer);
  return found ? mergeValues(found.values, view.spec.packOverrides[found.pack] ?? {}) : {};
}
