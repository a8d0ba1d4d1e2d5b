/** Canonical's public Ubuntu images, several releases and dates of each, with an id of their own in every region. */
import { createHash } from 'node:crypto';
import type { Architecture } from './instance-types.ts';
import { REGIONS } from './regions.ts';

/** Canonical's account. */
const CANONICAL = '099720109477';

export interface Image {
  readonly id: string;
  readonly region: string;
  readonly ownerId: string;
  readonly name: string;
  readonly description: string;
  readonly architecture: Architecture;
  /** `2025-10-14T07:21:35.000Z` */
  readonly createdAt: string;
  readonly snapshotId: string;
  /** Least size of a root volume made from it, GiB. */
  readonly rootGiB: number;
  readonly rootDevice: string;
}

interface Release {
  readonly codename: string;
  readonly version: string;
  readonly volume: 'hvm-ssd' | 'hvm-ssd-gp3';
}

const RELEASES: readonly Release[] = [
  { codename: 'jammy', version: '22.04', volume: 'hvm-ssd' },
  { codename: 'noble', version: '24.04', volume: 'hvm-ssd-gp3' },
];

const BUILDS = [
  { serial: '20250115', at: '2025-01-15T08:04:11.000Z' },
  { serial: '20250610', at: '2025-06-10T06:48:52.000Z' },
  { serial: '20251014', at: '2025-10-14T07:21:35.000Z' },
] as const;

const ARCHITECTURES = [
  { architecture: 'x86_64', suffix: 'amd64' },
  { architecture: 'arm64', suffix: 'arm64' },
] as const;

const digits = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 17);

function imagesOf(region: string): Image[] {
  return RELEASES.flatMap(({ codename, version, volume }) =>
    ARCHITECTURES.flatMap(({ architecture, suffix }) =>
      BUILDS.map(({ serial, at }) => {
        const name = `ubuntu/images/${volume}/ubuntu-${codename}-${version}-${suffix}-server-${serial}`;
        return {
          id: `ami-${digits(`${region}/${name}`)}`,
          region,
          ownerId: CANONICAL,
          name,
          description: `Canonical, Ubuntu, ${version} LTS, ${suffix} ${codename} image build on ${serial}`,
          architecture,
          createdAt: at,
          snapshotId: `snap-${digits(`snapshot of ${region}/${name}`)}`,
          rootGiB: 8,
          rootDevice: '/dev/sda1',
        };
      }),
    ),
  );
}

/** In no useful order, as in life: whoever wants the newest has to look. */
const IMAGES: readonly Image[] = REGIONS.flatMap(({ name }) => imagesOf(name)).toSorted((a, b) =>
  a.id < b.id ? -1 : 1,
);
const byId = new Map(IMAGES.map((image) => [`${image.region}/${image.id}`, image]));

export const imagesIn = (region: string): Image[] => IMAGES.filter((image) => image.region === region);

export const findImage = (region: string, id: string): Image | undefined => byId.get(`${region}/${id}`);
