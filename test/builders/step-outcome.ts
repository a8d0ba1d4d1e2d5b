/** What came of one turn of a step, and what is remembered of one, with only the fields that a test is about. */
import type { StepRecord } from '../../lib/domain/cluster.ts';
import type { StepOutcome } from '../../lib/reconcile/outcome.ts';

export function anOutcome(fields: Partial<StepOutcome> = {}): StepOutcome {
  return {
    step: 'aks/cluster',
    title: 'Create the AKS cluster',
    condition: 'CreatingInfrastructure',
    turn: { kind: 'done', reason: 'ClusterReady', skipped: false },
    notes: {},
    desiredHash: 'hash-1',
    outputs: {},
    closedIntents: [],
    ...fields,
  };
}

export function aRecord(fields: Partial<StepRecord> = {}): StepRecord {
  return {
    title: 'Create the AKS cluster',
    phase: 'active',
    condition: 'CreatingInfrastructure',
    reason: 'CreatingCluster',
    message: '',
    attempts: 0,
    changedAt: '2026-11-20T11:00:00.000Z',
    ...fields,
  };
}
