/** What is told of a project's clusters to whoever listens: types of CloudEvents. Never renamed once shipped. */
export const LIFECYCLE_KINDS = [
  'slipway.condition.changed',
  'slipway.operation.started',
  'slipway.operation.finished',
  'slipway.operation.stalled',
  'slipway.health.changed',
  'slipway.cluster.deleted',
] as const;

export type LifecycleKind = (typeof LIFECYCLE_KINDS)[number];
