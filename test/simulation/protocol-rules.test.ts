/**
 * Each rule of the protocol is needed: with it taken out, a few hundred seeds find the run that breaks. Rules that back
 * each other up are taken out where the other one cannot help (no sweep, or only crashes).
 */
import { describe, expect, test } from '@jest/globals';
import type { Cloud } from '../../lib/clouds/port.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { AnyStep } from '../../lib/domain/plan.ts';
import type { BatchOperation, DocumentStore } from '../../lib/store/port.ts';
import { type FaultRates, NO_FAULTS, ROUGH } from './incarnation.ts';
import type { ModelContext } from './model-cloud.ts';
import { type Ablation, simulateModel } from './model-world.ts';

const SEEDS = 400;

interface Rule {
  readonly name: string;
  readonly ablate: Ablation;
  readonly faults?: FaultRates;
  /** What the rule is tested in: the same world with the rule must survive. */
  readonly world?: Ablation;
  readonly breaks: RegExp;
}

/** Only processes that die: nothing is lost that a redelivery would not bring back. */
const CRASHES: FaultRates = { ...NO_FAULTS, crash: 0.03, doubled: 0.05 };
const FROZEN: FaultRates = { ...ROUGH, freeze: 0.04, late: 0.1 };

/** Replaces whatever is there: the write of a worker that was overtaken wins. */
function withoutIfMatch(store: DocumentStore): DocumentStore {
  return {
    ...store,
    async replace(at, document) {
      return { kind: 'written', etag: (await store.upsert(at, document)).etag };
    },
    batch: (at, operations) => store.batch(at, operations.map(upserted)),
    delete: (at, id) => store.delete(at, id),
  };
}

function upserted(one: BatchOperation): BatchOperation {
  return one.op === 'replace' ? { op: 'upsert', document: one.document } : one;
}

/** A change that does not make the cluster due: the sweep cannot see it. */
function withoutDueDate(store: DocumentStore): DocumentStore {
  const later = (one: BatchOperation): BatchOperation => {
    if (one.op !== 'replace' || one.document.type !== 'cluster') return one;
    const document = one.document as ClusterDocument;
    return { ...one, document: { ...document, nextAttemptAt: null } as ClusterDocument };
  };
  return { ...store, batch: (at, operations) => store.batch(at, operations.map(later)) };
}

function withoutClaims(cloud: Cloud<ModelContext>): Cloud<ModelContext> {
  const bare = (step: AnyStep<ModelContext>): AnyStep<ModelContext> => ({
    ...step,
    plan(desired, observed, nowMs) {
      const plan = step.plan(desired, observed, nowMs);
      if (plan.next !== 'act') return plan;
      const { claim: _, ...rest } = plan;
      return rest;
    },
  });
  return { ...cloud, steps: (view) => cloud.steps(view).map(bare) };
}

const RULES: readonly Rule[] = [
  {
    name: '1: status writes carry If-Match',
    ablate: { store: withoutIfMatch, apiStore: (store) => store },
    breaks: /went from|taken back|Two networks|Leaked|converge|asked for|chains|still deleting/,
  },
  {
    name: '2: a change makes the cluster due',
    ablate: { apiStore: withoutDueDate },
    breaks: /converge|asked for|still deleting|chains/,
  },
  {
    name: '3: a message with a lower wake is dropped',
    ablate: {
      receive: (delivery) => ({
        body: { ...delivery.message, wake: Number.MAX_SAFE_INTEGER },
        deliveryCount: delivery.deliveryCount,
      }),
    },
    breaks: /live chains|Hot loop/,
  },
  {
    name: '4: message ids are fresh, duplicate detection is off',
    ablate: { deduplicate: true },
    breaks: /converge|asked for|still deleting|chains/,
  },
  {
    name: '5: a redelivered message sends the next one again',
    ablate: { receive: (delivery) => ({ body: delivery.message, deliveryCount: 0 }) },
    faults: CRASHES,
    world: { sweep: false, calmPeople: true },
    breaks: /converge|asked for|still deleting|chains/,
  },
  {
    name: '6: the sweep sends what is overdue',
    ablate: { sweep: false },
    breaks: /converge|asked for|still deleting|chains/,
  },
  {
    name: '7: no cloud write after the deadline',
    ablate: { deadlineMs: Number.POSITIVE_INFINITY },
    faults: FROZEN,
    breaks: /Two networks|Leaked|asked for/,
  },
  {
    name: '8: a create without token needs a committed intent',
    ablate: { cloud: withoutClaims },
    breaks: /Two networks/,
  },
  {
    name: '9: absent, gone and settled count only after a quiet time',
    ablate: { quietMs: 0 },
    breaks: /Two networks|Leaked|asked for/,
  },
];

describe('the simulation finds what breaks without rule', () => {
  test.each(RULES)(
    '$name',
    async ({ ablate, faults = ROUGH, world, breaks }) => {
      const broken = await firstBreak({ ...world, ...ablate }, faults);
      expect(broken).toMatch(breaks);
    },
    120_000,
  );

  test.each(RULES.filter((rule) => rule.faults))(
    'and survives the same faults with rule $name',
    async (rule) => {
      for (let seed = 1; seed <= 25; seed += 1) {
        await simulateModel({ seed, faults: rule.faults ?? ROUGH, ablate: rule.world ?? {} });
      }
    },
    120_000,
  );
});

async function firstBreak(ablate: Ablation, faults: FaultRates): Promise<string> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      await simulateModel({ seed, faults, ablate, roughMinutes: 60, calmMinutes: 90 });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return `nothing broke in ${SEEDS} seeds`;
}
