/** The stem of every name that a cluster's resources have in a cloud. It may never change for a cluster that exists. */
import type { ClusterId } from './ids.ts';

const SLUG = 20;

/** `shop-1a2b3c`: unique per cluster, and short enough for the tightest of the clouds' names. */
export function clusterKey(name: string, id: ClusterId): string {
  const slug = name.slice(0, SLUG).replace(/-+$/, '');
  return `${slug}-${id.replaceAll('-', '').slice(0, 6)}`;
}
