/** Machine images, as far as machines are started from them. */
import type { Result } from '../../../domain/errors.ts';

export interface ImageSeen {
  readonly id: string;
  readonly name: string;
  /** `x86_64` or `arm64` */
  readonly architecture: string;
  /** `/dev/sda1` */
  readonly rootDevice: string;
  /** The root volume may not be smaller. */
  readonly snapshotGiB: number;
  /** `2026-03-14T07:21:35.000Z`; empty when the cloud does not say. */
  readonly createdAt: string;
}

export type WantedImage =
  | {
      readonly kind: 'named';
      /** Account id of the publisher: names are anybody's to take. */
      readonly owner: string;
      /** May hold `*`. */
      readonly name: string;
      readonly architecture: string;
      /** What will do where nothing has that name: clouds apart from the public one publish fewer versions. */
      readonly otherwise?: string;
    }
  | { readonly kind: 'id'; readonly id: string };

export interface ImagesPort {
  /** Available ones, in no order. */
  find(wanted: WantedImage): Promise<Result<readonly ImageSeen[]>>;
}
