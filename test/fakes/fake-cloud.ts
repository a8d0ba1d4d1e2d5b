/** A cloud that only answers questions: what a test puts in is what services are told. */
import type { AccountAccess, AccountType, CallGuard, Cloud, VerifyRequest } from '../../lib/clouds/port.ts';
import type { CloudType, ClusterView, LedgerEntry } from '../../lib/domain/cluster.ts';
import { fail, ok, type Result } from '../../lib/domain/errors.ts';
import type { Finding } from '../../lib/domain/findings.ts';
import type { AnyStep } from '../../lib/domain/plan.ts';
import { Secret } from '../../lib/domain/secret.ts';

export class FakeCloud implements Cloud {
  readonly type: CloudType;
  readonly accountType: AccountType;
  readonly windows = { quietMs: 60_000, hiddenMs: 30_000 };
  /** What `verify` answers. */
  findings: readonly Finding[] = [];
  zones: readonly string[] | undefined;
  admin: string | undefined = undefined;
  readonly verified: VerifyRequest[] = [];
  /** Of every look, in order. */
  readonly guards: CallGuard[] = [];

  private constructor(type: CloudType, accountType: AccountType, zones: readonly string[]) {
    this.type = type;
    this.accountType = accountType;
    this.zones = zones;
  }

  static aks(): FakeCloud {
    return new FakeCloud('aks', 'azure', ['1', '2', '3']);
  }

  static aws(): FakeCloud {
    return new FakeCloud('aws', 'aws', ['eu-central-1a', 'eu-central-1b', 'eu-central-1c']);
  }

  steps(): readonly AnyStep<unknown>[] {
    return [];
  }
  open(_access: AccountAccess, _view: ClusterView, guard: CallGuard): unknown {
    this.guards.push(guard);
    return {};
  }
  async listOwned() {
    return ok([]);
  }
  async liveResources(): Promise<Result<readonly LedgerEntry[]>> {
    return ok([]);
  }
  async deleteOwned(): Promise<Result<void>> {
    return ok(undefined);
  }
  async verify(request: VerifyRequest): Promise<readonly Finding[]> {
    this.verified.push(request);
    return this.findings;
  }
  async defaultZones(): Promise<readonly string[] | undefined> {
    return this.zones;
  }
  async kubeconfig(): Promise<Result<Secret>> {
    if (this.admin !== undefined) return ok(new Secret(this.admin));
    return fail({ code: 'NotFound', message: 'no such cluster yet', source: 'fake:kubeconfig' });
  }
}
