/**
 * What an AWS account can do: are its keys accepted (A216), does it have the rights (A217), is there room (A210 to A215),
 * and what can a form offer. Questions of people, answered as findings.
 */
import type { CloudError, Result } from '../../domain/errors.ts';
import { type Finding, violation, warning } from '../../domain/findings.ts';
import type { AccountAccess, AccountProbe } from '../port.ts';
import { answerOptions } from './account-options.ts';
import type { AwsCatalog, Identity } from './catalog/port.ts';
import { POLICY_STATEMENTS } from './permissions.ts';
import { roomFindings } from './verify/room.ts';

const POLICY_HINT = 'Attach the policies of GET /api/v1/cloud/aws/policy to the IAM user or role.';

export interface ProbeParts extends Pick<AccountProbe, 'listTagged' | 'deleteTagged'> {
  readonly catalog: (access: AccountAccess) => AwsCatalog;
}

export function createAccountProbe({
  catalog: catalogFor,
  listTagged,
  deleteTagged,
}: ProbeParts): AccountProbe {
  return {
    type: 'aws',
    listTagged,
    deleteTagged,
    async verifyCredentials(access) {
      const identity = await catalogFor(access).identity();
      return identity.ok ? rootFindings(identity.value) : [rejected(identity.error)];
    },
    check: (access, region) => check(catalogFor(access), region),
    options: (access, kind, query) => answerOptions(catalogFor(access), kind, query),
  };
}

function rejected(error: CloudError): Finding {
  if (error.code !== 'Unauthorized') {
    return warning('NOT_VERIFIED', '/secretAccessKey', `AWS did not answer: ${error.message}`);
  }
  const hint = 'Check both keys in IAM console > Users > your user > Security credentials.';
  return violation('CREDENTIALS_REJECTED', '/secretAccessKey', error.message, hint);
}

function rootFindings({ isRoot }: Identity): readonly Finding[] {
  if (!isRoot) return [];
  const message = 'These are keys of the root user, which may do everything and cannot be limited.';
  return [warning('ROOT_CREDENTIALS', '/accessKeyId', message, 'Make an IAM user and give it the policy.')];
}

async function check(catalog: AwsCatalog, region: string | undefined): Promise<readonly Finding[]> {
  const identity = await catalog.identity();
  if (!identity.ok) return [rejected(identity.error)];
  const findings = await Promise.all([
    rootFindings(identity.value),
    rightsFindings(catalog, identity.value),
    region === undefined ? [] : roomIn(catalog, region),
  ]);
  return findings.flat();
}

/** Root cannot be simulated and may do everything; who may not simulate is told so. */
async function rightsFindings(catalog: AwsCatalog, identity: Identity): Promise<readonly Finding[]> {
  if (identity.isRoot) return [];
  const denied = await catalog.deniedActions(identity, POLICY_STATEMENTS);
  if (!denied.ok) return [unanswered('which actions are allowed', denied)];
  return denied.value.map((action) =>
    violation('PERMISSION_MISSING', '/accessKeyId', `${action} is not allowed.`, POLICY_HINT),
  );
}

async function roomIn(catalog: AwsCatalog, region: string): Promise<readonly Finding[]> {
  const [zones, usage, limits] = await Promise.all([
    catalog.zones(region),
    catalog.usage(region),
    catalog.limits(region),
  ]);
  if (!zones.ok) return [unanswered(`the zones of ${region}`, zones)];
  if (!usage.ok) return [unanswered('what exists there', usage)];
  if (!limits.ok) return [unanswered('the quotas', limits)];
  const names = [...new Set(usage.value.machines.map(({ instanceType }) => instanceType))];
  const types = await catalog.machineTypes(region, names);
  if (!types.ok) return [unanswered('the running instance types', types)];
  const available = zones.value.filter((zone) => zone.available).map(({ name }) => name);
  return roomFindings({ zones: available, usage: usage.value, limits: limits.value, types: types.value });
}

function unanswered(what: string, result: Extract<Result<unknown>, { ok: false }>): Finding {
  return warning('NOT_VERIFIED', '', `AWS did not tell ${what}: ${result.error.message}`);
}
