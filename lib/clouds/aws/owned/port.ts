/** Everything in a region that carries one cluster's uid, whatever step made it. */
import type { Tags } from '../../../domain/cluster.ts';
import type { Result } from '../../../domain/errors.ts';
import type { OwnedResource } from '../../port.ts';

export interface OwnedPort {
  list(): Promise<Result<readonly OwnedResource[]>>;
  /** Accepted is a success, absent too. `DependencyInUse` while something else holds it. */
  remove(resource: OwnedResource): Promise<Result<void>>;
  /** Puts tags on all of them and takes others off that still have these values. */
  retag(
    resources: readonly OwnedResource[],
    change: { readonly put: Tags; readonly take: Tags },
  ): Promise<Result<void>>;
}
