/**
 * What an Azure account can do: are its credentials accepted (A118), does it have the rights (A111, A119, A122, A123)
 * and the room (A110), and what can a form offer. Questions of people, answered as findings.
 */
import type { CloudError, Result } from '../../domain/errors.ts';
import { type Finding, violation, warning } from '../../domain/findings.ts';
import type { AccountAccess, AccountProbe, CallGuard } from '../port.ts';
import { answerOptions } from './account-options.ts';
import { deleteOwned, listTagged } from './arm/orphans.ts';
import type { ArmSession } from './arm/session.ts';
import type { AzureCatalog, SubscriptionSeen, Usage } from './catalog.ts';
import { missingActions } from './permissions.ts';
import { GRAPH_HINT, missingGraphRoles } from './verify/entra-rules.ts';

/** Groups whose rights are looked at per subscription: rights are nearly always the same in all of them. */
const GROUPS_CHECKED = 5;
const ROLE_HINT =
  'Assign Contributor or a custom role with these actions; someone with User Access Administrator or Owner can do it.';

export interface ProbeParts {
  readonly catalog: (access: AccountAccess) => AzureCatalog;
  readonly session: (access: AccountAccess, guard: CallGuard) => ArmSession;
}

export function createAccountProbe({ catalog: catalogFor, session }: ProbeParts): AccountProbe {
  return {
    type: 'azure',
    listTagged: (access, guard) => listTagged(session(access, guard)),
    deleteTagged: (access, guard, resource) => deleteOwned(session(access, guard), resource),
    async verifyCredentials(access) {
      const signedIn = await catalogFor(access).signIn();
      return signedIn.ok ? [] : [rejected(signedIn.error)];
    },
    check: (access, region) => check(catalogFor(access), access, region),
    options: (access, kind, query) => answerOptions(catalogFor(access), kind, query),
  };
}

function rejected(error: CloudError): Finding {
  if (error.code !== 'Unauthorized') {
    return warning('NOT_VERIFIED', '/clientSecret', `Entra ID did not answer: ${error.message}`);
  }
  const missing = error.message.startsWith('AADSTS700016') ? 'Application not found. ' : '';
  return violation('CREDENTIALS_REJECTED', '/clientSecret', `${missing}${error.message}`, error.hint);
}

async function check(
  catalog: AzureCatalog,
  access: AccountAccess,
  region: string | undefined,
): Promise<readonly Finding[]> {
  const signedIn = await catalog.signIn();
  if (!signedIn.ok) return [rejected(signedIn.error)];
  const subscriptions = await catalog.subscriptions();
  if (!subscriptions.ok) return [unanswered('the subscriptions', subscriptions)];
  const usable = subscriptions.value.filter(({ state }) => state === 'Enabled' || state === 'Warned');
  if (usable.length === 0) {
    const message = 'The application sees no enabled subscription.';
    return [violation('ROLE_INSUFFICIENT', '/clientId', message, ROLE_HINT)];
  }
  const findings = await Promise.all([
    ...usable.map((subscription) => rightsIn(catalog, subscription)),
    ...(region === undefined ? [] : usable.map((subscription) => roomIn(catalog, subscription, region))),
    graphFindings(catalog, access),
  ]);
  return findings.flat();
}

async function rightsIn(catalog: AzureCatalog, subscription: SubscriptionSeen): Promise<readonly Finding[]> {
  const groups = await catalog.resourceGroups(subscription.id);
  if (!groups.ok) return [unanswered(`resource groups of ${subscription.id}`, groups)];
  const checked = groups.value.slice(0, GROUPS_CHECKED);
  const findings = await Promise.all(
    checked.map(async ({ name }) => {
      const rows = await catalog.permissions(subscription.id, name);
      if (!rows.ok) return [unanswered(`permissions in ${name}`, rows)];
      return rightsFindings(missingActions(rows.value), name);
    }),
  );
  return findings.flat();
}

function rightsFindings(missing: readonly string[], group: string): readonly Finding[] {
  if (missing.length === 0) return [];
  const list = missing.join(', ');
  return [
    violation(
      'ROLE_INSUFFICIENT',
      '/clientId',
      `In resource group ${group} these actions are missing: ${list}.`,
      ROLE_HINT,
    ),
    ...missing.map((action) =>
      violation(
        'PERMISSION_MISSING',
        '/clientId',
        `${action} is not allowed in resource group ${group}.`,
        ROLE_HINT,
      ),
    ),
  ];
}

/** Counters that a cluster cannot do without, and what one cluster takes at least. */
const NEEDED: Readonly<Record<string, { readonly what: string; readonly least: number }>> = {
  cores: { what: 'vCPUs', least: 2 },
  virtualnetworks: { what: 'virtual networks', least: 1 },
  standardskupublicipaddresses: { what: 'standard public IP addresses', least: 1 },
  publicipaddresses: { what: 'public IP addresses', least: 1 },
  standardskuloadbalancers: { what: 'standard load balancers', least: 1 },
  networksecuritygroups: { what: 'network security groups', least: 1 },
};

async function roomIn(
  catalog: AzureCatalog,
  { id }: SubscriptionSeen,
  region: string,
): Promise<readonly Finding[]> {
  const answers = await Promise.all([catalog.computeUsage(id, region), catalog.networkUsage(id, region)]);
  return answers.flatMap((usage) =>
    usage.ok ? usage.value.flatMap(shortage) : [unanswered('quotas', usage)],
  );
}

function shortage({ name, current, limit }: Usage): readonly Finding[] {
  const need = NEEDED[name.toLowerCase()];
  const left = limit - current;
  if (!need || left >= need.least) return [];
  return [
    warning(
      'QUOTA_SHORT',
      '',
      `${left} of ${limit} ${need.what} are left; a cluster takes at least ${need.least}.`,
      'Ask for a higher limit in Azure portal > Quotas.',
    ),
  ];
}

/** Only accounts with a tenant name are meant for Entra ID integration (A121). */
async function graphFindings(catalog: AzureCatalog, { account }: AccountAccess): Promise<readonly Finding[]> {
  if (!account.settings.tenantName) return [];
  const roles = await catalog.graphRoles();
  if (!roles.ok) return [unanswered('Microsoft Graph permissions', roles)];
  return missingGraphRoles(roles.value).map((role) =>
    violation(
      'GRAPH_PERMISSION_MISSING',
      '/clientId',
      `Microsoft Graph ${role} (application) is missing.`,
      GRAPH_HINT,
    ),
  );
}

function unanswered(what: string, result: Extract<Result<unknown>, { ok: false }>): Finding {
  return warning('NOT_VERIFIED', '', `Azure did not tell ${what}: ${result.error.message}`);
}
