/** Asking the cloud about a registered account: what it may do, and what a form can offer. */
import type { OptionsAnswer } from '../clouds/port.ts';
import type { Deps } from '../deps.ts';
import type { Finding } from '../domain/findings.ts';
import { accept, notFound, type Outcome } from '../domain/refusal.ts';
import { accountAccess } from './access.ts';

type ProbeDeps = Pick<Deps, 'store' | 'secrets' | 'clouds'>;

export interface AccountCheck {
  /** No finding is an error. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

export async function checkAccount(
  deps: ProbeDeps,
  project: string,
  name: string,
  region: string | undefined,
): Promise<Outcome<AccountCheck>> {
  const access = await accountAccess(deps, project, name);
  const probe = access && deps.clouds.account(access.account.type);
  if (!probe) return notFound('cloud account', name);
  const findings = await probe.check(access, region);
  return accept({ ok: findings.every((finding) => finding.severity !== 'error'), findings });
}

export async function accountOptions(
  deps: ProbeDeps,
  project: string,
  name: string,
  question: { readonly kind: string; readonly query: Readonly<Record<string, string>> },
): Promise<Outcome<OptionsAnswer>> {
  const access = await accountAccess(deps, project, name);
  const probe = access && deps.clouds.account(access.account.type);
  if (!probe) return notFound('cloud account', name);
  return accept(await probe.options(access, question.kind, question.query));
}
