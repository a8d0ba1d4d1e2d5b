/**
 * Everything that is asked before a spec may be stored, create and change alike: the profile and the account that it
 * names, the rules that need them, and the cloud itself. All answers come together; what the cloud cannot say in time
 * is the warning NOT_VERIFIED and never an error.
 */

import { accountAccess } from '../accounts/access.ts';
import { withoutEchoes } from '../api/read.ts';
import { controlPlaneFindings, kubernetesLayer } from '../api/rules/control-plane.ts';
import { inOverrides, packValuesFindings } from '../api/rules/pack-values.ts';
import { roomFindings } from '../api/rules/vpc-range.ts';
import type { AccountAccess, Cloud } from '../clouds/port.ts';
import type { Deps } from '../deps.ts';
import type { CloudConfig, ClusterSpec } from '../domain/cluster.ts';
import { type Finding, violation } from '../domain/findings.ts';
import type { ResolvedProfile } from '../domain/profile.ts';
import { type ResolvedLayer, resolve } from '../profiles/resolve.ts';
import { nameZones } from './name-zones.ts';

/** For all questions to the cloud together: api.md, «Conventions». */
const PATIENCE_MS = 2_000;

export type AdmissionDeps = Pick<Deps, 'store' | 'secrets' | 'clouds' | 'clock'>;

export interface Application {
  readonly project: string;
  readonly spec: ClusterSpec;
  readonly profile: ResolvedProfile;
  /** The spec as it is stored, for a change. */
  readonly before?: ClusterSpec;
  /** What the pure rules found. */
  readonly findings: readonly Finding[];
  /** False: the pools are the default ones, and the cloud says which zones they get (api.md, «Defaults»). */
  readonly namesPools: boolean;
  readonly asksCloud: boolean;
  /** Pointer of the values in the request, when it is about one pack; else overrides are by pack. */
  readonly valuesAt?: string;
  /** The pool that the request is about, and nothing else: then it is the whole body. */
  readonly pool?: string;
  /** Warnings of preflight become errors. */
  readonly strict: boolean;
}

export interface Admission {
  /** With the zones that the cloud named. */
  readonly spec: ClusterSpec;
  readonly findings: readonly Finding[];
}

export async function admit(deps: AdmissionDeps, application: Application): Promise<Admission> {
  const { project, spec } = application;
  const access = await accountAccess(deps, project, spec.cloud.account);
  const cloud = deps.clouds.cloud(spec.cloud.type);
  const findings = [
    ...accountFindings(spec, access, cloud),
    ...packFindings(application, access?.account.settings.tenantName ?? (access ? undefined : 'unknown')),
  ];
  const known = withoutEchoes(application.findings, findings);
  if (!access || !cloud || !application.asksCloud || isAstray(spec.cloud, known)) {
    return { spec, findings: known };
  }
  const begunAt = deps.clock.monotonic();
  const zoned = await nameZones({
    cloud,
    access,
    spec,
    namesPools: application.namesPools,
    timeoutMs: PATIENCE_MS,
  });
  // After the zones, because addresses and gateways are counted by them; both have one patience.
  const asked = await cloud.verify({
    access,
    spec: askable(zoned.spec, known),
    profile: application.profile,
    ...(application.before !== undefined && { before: application.before }),
    timeoutMs: Math.max(0, PATIENCE_MS - (deps.clock.monotonic() - begunAt)),
  });
  const preflight = application.strict ? asked.map(strictly) : asked;
  const placed = [...zoned.findings, ...preflight, ...roomFindings(zoned.spec, '/pools')];
  return {
    spec: zoned.spec,
    findings: withoutEchoes(
      known,
      placed.map((finding) => inRequest(finding, application)),
    ),
  };
}

/** What has to be right before there is anybody to ask, or anything to ask about. */
const WHERE = {
  aks: ['account', 'region', 'subscriptionId', 'resourceGroup'],
  aws: ['account', 'region'],
} as const satisfies Record<CloudConfig['type'], readonly string[]>;

function isAstray({ type }: CloudConfig, findings: readonly Finding[]): boolean {
  const where = WHERE[type].map((field) => `/cloud/${field}`);
  return findings.some(({ severity, path }) => severity === 'error' && where.includes(path));
}

/** A network without a right name is no question: the cloud would answer for a list, or for another one. */
function askable(spec: ClusterSpec, findings: readonly Finding[]): ClusterSpec {
  const misplaced = findings.some(
    ({ severity, path }) => severity === 'error' && path.startsWith('/cloud/placement'),
  );
  return misplaced ? { ...spec, cloud: { ...spec.cloud, placement: { mode: 'dynamic' } } } : spec;
}

/** Clouds judge whole specs; a request that is about one pool has no list of pools to point into. */
function inRequest(finding: Finding, { spec, pool }: Application): Finding {
  if (pool === undefined || !finding.path.startsWith('/pools')) return finding;
  const at = `/pools/${spec.pools.findIndex(({ name }) => name === pool)}`;
  const path = finding.path.startsWith(`${at}/`) ? finding.path.slice(at.length) : '';
  return { ...finding, path };
}

/** What could not be asked stays a warning, whatever the caller wants of the rest. */
function strictly(finding: Finding): Finding {
  if (finding.severity !== 'warning' || finding.code === 'NOT_VERIFIED') return finding;
  return { ...finding, severity: 'error' };
}

function accountFindings(
  { cloud: { account, type } }: ClusterSpec,
  access: AccountAccess | undefined,
  cloud: Cloud | undefined,
): readonly Finding[] {
  const at = '/cloud/account';
  if (!cloud) return [unsupported(type)];
  if (account === '') return [];
  if (!access) {
    return [violation('CLOUD_ACCOUNT_NOT_FOUND', at, `The project has no cloud account named ${account}.`)];
  }
  if (access.account.type === cloud.accountType) return [];
  const message = `Cloud account ${account} is of type ${access.account.type}; clusters of type ${type} need ${cloud.accountType}.`;
  return [violation('CLOUD_ACCOUNT_TYPE', at, message)];
}

/** A166: judged like any other cluster, but this deployment cannot make it. */
function unsupported(type: CloudConfig['type']): Finding {
  const message = `This deployment makes no clusters of type ${type}.`;
  return violation('CLOUD_TYPE_UNSUPPORTED', '/cloud/type', message);
}

function packFindings(
  { profile, spec, before, valuesAt }: Application,
  tenantName: string | undefined,
): readonly Finding[] {
  const resolved = resolve(profile, spec.packOverrides);
  const at = (layer: ResolvedLayer | undefined) =>
    valuesAt === undefined ? inOverrides(layer, '/packOverrides') : (path: string) => valuesAt + path;
  return [
    ...controlPlaneFindings({
      resolved,
      cloudType: spec.cloud.type,
      purpose: spec.purpose,
      tenantName,
      at: at(kubernetesLayer(resolved)),
    }),
    ...packValuesFindings({
      cloudType: spec.cloud.type,
      resolved,
      ...(before === undefined ? {} : { before: resolve(profile, before.packOverrides) }),
      at,
    }),
  ];
}
