/**
 * A cloud whose steps answer what a script says, call by call: for tests of what the engine makes of an answer. The
 * last answer of a script repeats.
 */
import type { Cloud, OwnedResource } from '../../lib/clouds/port.ts';
import type { LedgerEntry } from '../../lib/domain/cluster.ts';
import type { ConditionType } from '../../lib/domain/conditions.ts';
import { type CloudError, type CloudErrorCode, fail, ok, type Result } from '../../lib/domain/errors.ts';
import type { Acted, AnyStep, Plan } from '../../lib/domain/plan.ts';
import { Secret } from '../../lib/domain/secret.ts';

export interface ScriptedStep {
  readonly name: string;
  readonly condition?: ConditionType;
  readonly after?: readonly string[];
  /** What the planner decides, look by look; an error is what looking met. */
  readonly plans: readonly (Plan<string> | CloudError)[];
  /** What it wants does not change with the spec. */
  readonly ignoresGeneration?: true;
  /** What acting meets, act by act. */
  readonly acts?: readonly Result<Acted>[];
}

export class ScriptedCloud implements Cloud {
  readonly type = 'aks';
  readonly accountType = 'azure';
  readonly windows = { quietMs: 180_000, hiddenMs: 60_000 };
  readonly looks: string[] = [];
  owned: readonly OwnedResource[] = [];
  readonly #steps: readonly ScriptedStep[];
  readonly #played = new Map<string, number>();

  constructor(...steps: readonly ScriptedStep[]) {
    this.#steps = steps;
  }

  steps(): readonly AnyStep<unknown>[] {
    return this.#steps.map((script) => this.#step(script));
  }

  open(): unknown {
    return {};
  }

  async listOwned() {
    return ok(this.owned);
  }

  async liveResources(): Promise<Result<readonly LedgerEntry[]>> {
    return ok([]);
  }
  async deleteOwned() {
    return ok(undefined);
  }

  async verify() {
    return [];
  }

  async defaultZones() {
    return undefined;
  }

  async kubeconfig() {
    return ok(new Secret('none'));
  }

  #step(script: ScriptedStep): AnyStep<unknown> {
    return {
      name: script.name,
      title: `Title of ${script.name}`,
      condition: script.condition ?? 'CreatingInfrastructure',
      after: script.after ?? [],
      desired: (view) => ({
        generation: script.ignoresGeneration ? 0 : view.generation,
        deleting: view.deleting,
      }),
      observe: async () => {
        this.looks.push(script.name);
        const next = this.#play(`plan ${script.name}`, script.plans);
        return 'next' in next ? ok(next) : fail(next);
      },
      plan: (_desired, plan: Plan<string>) => plan,
      act: async () =>
        this.#play(`act ${script.name}`, script.acts ?? [ok({ event: `Acted on ${script.name}` })]),
    };
  }

  #play<T>(key: string, script: readonly T[]): T {
    const turn = this.#played.get(key) ?? 0;
    this.#played.set(key, turn + 1);
    const answer = script[Math.min(turn, script.length - 1)];
    if (answer === undefined) throw new Error(`Nothing is scripted for ${key}`);
    return answer;
  }
}

export function refusal(code: CloudErrorCode, message: string, more: Partial<CloudError> = {}): CloudError {
  return { code, message, source: 'test', ...more };
}
