/** Says about accounts what a test told it to say, and keeps what it was asked. */
import type {
  AccountAccess,
  AccountProbe,
  AccountType,
  Announcements,
  Market,
  OptionsAnswer,
  OwnedResource,
} from '../../lib/clouds/port.ts';
import { ok, type Result } from '../../lib/domain/errors.ts';
import type { Finding } from '../../lib/domain/findings.ts';

export class FakeAccountProbe implements AccountProbe {
  readonly type: AccountType = 'azure';
  /** Secrets that are accepted; undefined: all. */
  accepted: ReadonlySet<string> | undefined = undefined;
  findings: readonly Finding[] = [];
  answer: OptionsAnswer = { kind: 'unknown-kind' };
  announcements?: Announcements;
  market?: Market;
  readonly checkedRegions: (string | undefined)[] = [];
  readonly asked: { readonly kind: string; readonly query: Readonly<Record<string, string>> }[] = [];

  /** The same, for accounts of another type. */
  as(type: AccountType): AccountProbe {
    return Object.create(this, { type: { value: type } });
  }

  async verifyCredentials({ secret }: AccountAccess): Promise<readonly Finding[]> {
    if (!this.accepted || this.accepted.has(secret.reveal())) return [];
    return [
      {
        severity: 'error',
        code: 'CREDENTIALS_REJECTED',
        path: '/clientSecret',
        message: 'AADSTS7000215: Invalid client secret provided.',
      },
    ];
  }

  async check(_access: AccountAccess, region: string | undefined): Promise<readonly Finding[]> {
    this.checkedRegions.push(region);
    return this.findings;
  }

  async options(
    _access: AccountAccess,
    kind: string,
    query: Readonly<Record<string, string>>,
  ): Promise<OptionsAnswer> {
    this.asked.push({ kind, query });
    return this.answer;
  }

  async listTagged(): Promise<Result<readonly OwnedResource[]>> {
    return ok([]);
  }

  async deleteTagged(): Promise<Result<void>> {
    return ok(undefined);
  }
}
