/** How the agent tells what is its own. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
export const OURS = 'slipway';
export const PACK_LABEL = 'slipway.io/pack';
/** `disabled`: the agent never deletes the object, even when its pack no longer brings it. */
export const PRUNE_ANNOTATION = 'slipway.io/prune';
