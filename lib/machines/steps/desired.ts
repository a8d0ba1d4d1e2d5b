/** What a pool's step plans from, worked out from the view. Pure, and stable while nothing changes: it is hashed. */
import type { ClusterView } from '../../domain/cluster.ts';
import { type DrainOptions, POOL_LABEL, type PoolSpec, type Taint } from '../../domain/pool.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { FIRST_NODE_STEP, poolStepName } from '../names.ts';
import type { BootFacts, PoolDesired, PoolWish } from '../plan/model.ts';
import type { MachineCloud } from '../port.ts';
import { type PoolRecord, parseRecord } from '../record.ts';

export interface MachineStepOptions {
  /** Cloud milliseconds per wall millisecond. */
  readonly speed: number;
  /** Cloud milliseconds for which «recorded and not seen» is not believed: the cloud's `windows.hiddenMs`. */
  readonly hiddenMs: number;
}

/** The default of the API. A pool with others has them remembered, for the day when its spec is gone. */
const DEFAULT_DRAIN: DrainOptions = { timeoutMs: 10 * MINUTE_MS, onBlocked: 'wait' };

const CONTROL_PLANE_TAINT: Taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

export function controlPlaneOf(view: ClusterView): PoolSpec | undefined {
  return view.spec.pools.find((pool) => pool.role === 'control-plane');
}

export function poolDesired(
  cloud: MachineCloud,
  view: ClusterView,
  pool: string,
  options: MachineStepOptions,
): PoolDesired {
  const spec = view.spec.pools.find((candidate) => candidate.name === pool);
  return desiredWith(cloud, view, { pool, spec, record: recordOf(view, pool, spec), options });
}

export interface DesiredParts {
  readonly pool: string;
  readonly spec: PoolSpec | undefined;
  readonly record: PoolRecord;
  readonly options: MachineStepOptions;
}

export function desiredWith(
  cloud: MachineCloud,
  view: ClusterView,
  { pool, spec, record, options }: DesiredParts,
): PoolDesired {
  return {
    pool,
    role: spec?.role ?? 'worker',
    deleting: view.deleting,
    initialised: view.outputs(FIRST_NODE_STEP).initialised === true,
    ...(spec === undefined ? {} : { wish: wishOf(cloud, view, spec) }),
    boot: bootFacts(cloud, view, spec),
    drain: spec?.drain ?? record.drain ?? DEFAULT_DRAIN,
    record,
    notices: noticesOf(view, record),
    speed: options.speed,
    hiddenMs: options.hiddenMs,
  };
}

/** The machine of the first node belongs to the control-plane pool from the start. */
function recordOf(view: ClusterView, pool: string, spec: PoolSpec | undefined): PoolRecord {
  const own = parseRecord(view.outputs(poolStepName(pool)));
  if (spec?.role !== 'control-plane') return own;
  return { ...own, slots: { ...parseRecord(view.outputs(FIRST_NODE_STEP)).slots, ...own.slots } };
}

function wishOf(cloud: MachineCloud, view: ClusterView, spec: PoolSpec): PoolWish {
  const { name, role, size, zones, instanceType, capacity = 'on-demand', spot } = spec;
  const guarded = role === 'control-plane' && spec.allowWorkloads !== true;
  return {
    size,
    zones: zones.length === 0 ? [''] : zones,
    revision: cloud.revision(view, spec),
    instanceType,
    capacity,
    ...(spot === undefined ? {} : { spot }),
    labels: { ...spec.labels, [POOL_LABEL]: name },
    taints: [...(guarded ? [CONTROL_PLANE_TAINT] : []), ...spec.taints],
  };
}

function bootFacts(cloud: MachineCloud, view: ClusterView, spec: PoolSpec | undefined): BootFacts {
  const template = spec && cloud.template(view, spec);
  const endpoint = cloud.endpoint(view);
  return {
    ...(template === undefined ? {} : { template }),
    ...(endpoint === undefined ? {} : { endpoint }),
    kubernetesVersion: kubernetesVersion(view),
    podCidr: cloud.podCidr,
    serviceCidr: cloud.serviceCidr,
  };
}

function kubernetesVersion(view: ClusterView): string {
  const layer = view.profile.layers.find((candidate) => candidate.layer === 'kubernetes');
  return `v${layer?.version ?? ''}`;
}

/** Those about machines that are ours now: what is said of others changes nothing here. */
function noticesOf(view: ClusterView, record: PoolRecord): PoolDesired['notices'] {
  const ids = Object.values(record.slots).flatMap(({ id }) => id ?? []);
  return Object.fromEntries(
    ids.toSorted().flatMap((id) => {
      const notice = view.notices[id];
      return notice === undefined ? [] : [[id, notice]];
    }),
  );
}
