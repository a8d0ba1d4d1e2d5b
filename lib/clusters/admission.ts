/**
 * Everything that is asked before a spec may be stored, create and change alike: the profile and the account that it
 * names, the rules that need them, and the cloud itself. All answers come together; what the cloud cannot say in time
 * is the warning NOT_VERIFIED and never an error.
 */

import { accountAccess } from '../accounts/access.ts';
import { withoutEchoes } from '../api/read.ts';
import { controlPlaneFindings, inOverrides } from '../api/rules/control-plane.ts';
import type { AccountAccess, Cloud } from '../clouds/port.ts';
import type { Deps } from '../deps.ts';
import type { ClusterSpec } from '../domain/cluster.ts';
import { type Finding, violation, warning } from '../domain/findings.ts';
import type { PoolSpec } from '../domain/pool.ts';
import type { ResolvedProfile } from '../domain/profile.ts';
import { resolve } from '../profiles/resolve.ts';

/** For all questions to the cloud together: api.md, «Conventions». */
const PATIENCE_MS = 2_000;

export type AdmissionDeps = Pick<Deps, 'store' | 'secrets' | 'clouds'>;

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
  if (!access || !cloud || !application.asksCloud || isAstray(known)) return { spec, findings: known };
  // Side by side, for one patience: zones that the cloud itself named need no check.
  const [zoned, asked] = await Promise.all([
    application.namesPools ? { spec, findings: [] } : nameZones(cloud, access, spec),
    cloud.verify({
      access,
      spec: askable(spec, known),
      profile: application.profile,
      ...(application.before !== undefined && { before: application.before }),
      timeoutMs: PATIENCE_MS,
    }),
  ]);
  const placed = asked.map((finding) => inRequest(finding, application));
  const preflight = application.strict ? placed.map(strictly) : placed;
  return { spec: zoned.spec, findings: withoutEchoes(known, [...zoned.findings, ...preflight]) };
}

/** What has to be right before there is anybody to ask, or anything to ask about. */
const WHERE = ['account', 'region', 'subscriptionId', 'resourceGroup'].map((field) => `/cloud/${field}`);

function isAstray(findings: readonly Finding[]): boolean {
  return findings.some(({ severity, path }) => severity === 'error' && WHERE.includes(path));
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
  if (account === '') return [];
  if (!access) {
    return [violation('CLOUD_ACCOUNT_NOT_FOUND', at, `The project has no cloud account named ${account}.`)];
  }
  if (!cloud || access.account.type === cloud.accountType) return [];
  const message = `Cloud account ${account} is of type ${access.account.type}; clusters of type ${type} need ${cloud.accountType}.`;
  return [violation('CLOUD_ACCOUNT_TYPE', at, message)];
}

function packFindings(
  { profile, spec, valuesAt }: Application,
  tenantName: string | undefined,
): readonly Finding[] {
  const resolved = resolve(profile, spec.packOverrides);
  return controlPlaneFindings({
    resolved,
    cloudType: spec.cloud.type,
    purpose: spec.purpose,
    tenantName,
    at: valuesAt === undefined ? inOverrides(resolved, '/packOverrides') : (path) => valuesAt + path,
  });
}

interface Zoned {
  readonly spec: ClusterSpec;
  readonly findings: readonly Finding[];
}

/** All zones that the pool's instance type has there. */
async function nameZones(cloud: Cloud, access: AccountAccess, spec: ClusterSpec): Promise<Zoned> {
  const findings: Finding[] = [];
  const pools = await Promise.all(
    spec.pools.map(async (pool, index): Promise<PoolSpec> => {
      const at = { cloud: spec.cloud, instanceType: pool.instanceType };
      const zones = await cloud.defaultZones(access, at, PATIENCE_MS);
      if (zones === undefined) findings.push(unzoned(pool, `/pools/${index}/zones`));
      return { ...pool, zones: zones ?? [] };
    }),
  );
  return { spec: { ...spec, pools }, findings };
}

function unzoned(pool: PoolSpec, path: string): Finding {
  return warning(
    'NOT_VERIFIED',
    path,
    `The cloud did not say in time which zones there are, so pool ${pool.name} gets none.`,
    'Name the zones, or change them later.',
  );
}
