/**
 * The image that machines are started from: resolved once and recorded, so that all machines of a cluster run the same
 * software. A newer image of the same name moves nothing; another os or Kubernetes pack does, and so does an image that
 * its publisher took away, because nothing could be started from it any more.
 */
import { ok, type Result } from '../../../domain/errors.ts';
import { blocked, done, type Step } from '../../../domain/plan.ts';
import type { ImageSeen, ImagesPort, WantedImage } from '../images/port.ts';
import { newestOf, packSignature, wantedImage } from '../images/wanted-image.ts';
import { ACCOUNT_STEP } from '../network/outputs.ts';
import { IMAGE_STEP, imageOf } from '../outputs.ts';

export interface ImageContext {
  readonly images: ImagesPort;
}

export interface ImageDesired {
  readonly wanted: WantedImage;
  readonly signature: string;
  /** Id of the image that was recorded for these very packs. */
  readonly recorded?: string;
}

export interface ImageObserved {
  /** `isOther`: not the one that was asked for, but one that will do. */
  readonly image?: ImageSeen & { readonly isOther?: true };
}

export const imageStep: Step<ImageContext, ImageDesired, ImageObserved, never> = {
  name: IMAGE_STEP,
  title: 'Find the machine image',
  condition: 'EnsuringImage',
  after: [ACCOUNT_STEP],
  desired(view) {
    if (view.deleting) return undefined;
    const signature = packSignature(view);
    const recorded = imageOf(view);
    return {
      wanted: wantedImage(view),
      signature,
      ...(recorded?.signature === signature ? { recorded: recorded.id } : {}),
    };
  },
  async observe(ctx, { wanted, recorded }) {
    if (recorded !== undefined) {
      const kept = await ctx.images.find({ kind: 'id', id: recorded });
      if (!kept.ok) return kept;
      const [image] = kept.value;
      if (image) return ok({ image });
    }
    const found = await ctx.images.find(wanted);
    if (!found.ok) return found;
    const image = newestOf(found.value);
    if (image) return ok({ image });
    return wanted.kind === 'named' && wanted.otherwise !== undefined
      ? findOther(ctx, { ...wanted, name: wanted.otherwise })
      : ok({});
  },
  plan({ wanted }, { image }) {
    const sought = wanted.kind === 'id' ? wanted.id : `${wanted.name} of account ${wanted.owner}`;
    if (image?.isOther) {
      const message = `There is no image ${sought} in the region; machines are started from ${image.name}.`;
      return done('OtherImageFound', { message });
    }
    if (image) return done('ImageFound', { message: `Machines are started from ${image.name}.` });
    return blocked(
      'ImageNotFound',
      `There is no available image ${sought} in the region. Name another one in the os pack: image.id, or image.owner and image.name.`,
    );
  },
  async act(_ctx, _desired, action) {
    return action;
  },
  read({ signature }, { image }) {
    if (!image) return {};
    const { id, name, architecture, rootDevice, snapshotGiB } = image;
    return { outputs: { imageId: id, name, architecture, rootDevice, snapshotGiB, signature } };
  },
};

async function findOther(ctx: ImageContext, wanted: WantedImage): Promise<Result<ImageObserved>> {
  const found = await ctx.images.find(wanted);
  if (!found.ok) return found;
  const image = newestOf(found.value);
  return ok(image === undefined ? {} : { image: { ...image, isOther: true } });
}
