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
  readonly poolsWithoutZones: readonly string[];
  readonly asksCloud: boolean;
  /** Pointer of the values in the request, when it is about one pack; else overrides are by pack. */
  readonly valuesAt?: string;
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
  const zoned = await nameZones(cloud, access, application);
  const asked = await cloud.verify({
    access,
    spec: zoned.spec,
    profile: application.profile,
    ...(application.before !== undefined && { before: application.before }),
    timeoutMs: PATIENCE_MS,
  });
  const preflight = application.strict ? asked.map(strictly) : asked;
  return { spec: zoned.spec, findings: withoutEchoes(known, [...zoned.findings, ...preflight]) };
}

/** An error in where the cluster is leaves nobody to ask. */
function isAstray(findings: readonly Finding[]): boolean {
  return findings.some(
    ({ severity, path }) => severity === 'error' && (path === '/cloud' || path.startsWith('/cloud/')),
  );
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

/** All zones that the pool's instance type has there, for pools that name none (api.md, «Defaults»). */
async function nameZones(cloud: Cloud, access: AccountAccess, application: Application): Promise<Zoned> {
  const { spec, poolsWithoutZones } = application;
  const findings: Finding[] = [];
  const pools = await Promise.all(
    spec.pools.map(async (pool, index): Promise<PoolSpec> => {
      if (!poolsWithoutZones.includes(pool.name)) return pool;
      const { region, subscriptionId } = spec.cloud;
      const at = { region, subscriptionId, instanceType: pool.instanceType };
      const zones = await cloud.defaultZones(access, at, PATIENCE_MS);
      if (zones === undefined)
        findings.push(unzoned(pool, application.before ? '/zones' : `/pools/${index}/zones`));
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
