/**
 * Logic of a route that changes something: its answer, and the one audit record that belongs to it. Whatever reaches the
 * logic is recorded, refusals of rules included; who was turned away before (401, 403, 404) changed nothing.
 */
import type { Answer } from '../../lib/api/answer.ts';
import type { Call, Logic } from '../../lib/api/contract.ts';
import type { Problem } from '../../lib/api/problem.ts';
import { refused } from '../../lib/api/refused.ts';
import { type AuditObject, recordAudit } from '../../lib/audit/record.ts';
import type { Outcome } from '../../lib/domain/refusal.ts';

export interface Done {
  readonly answer: Answer;
  readonly generationBefore?: number;
  readonly generationAfter?: number;
  readonly uid?: string;
}

interface InProject {
  readonly project: string;
}

export interface Mutation<P, Q, B, T> {
  /** `cluster.create` */
  readonly what: string;
  object(call: Call<P, Q, B, T>): AuditObject;
  run(call: Call<P, Q, B, T>): Promise<Done | Problem>;
}

export function audited<P extends InProject, Q, B, T>(mutation: Mutation<P, Q, B, T>): Logic<P, Q, B, T> {
  return async (call) => {
    const ran = await mutation.run(call);
    const done: Done = 'answer' in ran ? ran : { answer: ran };
    const { answer, uid, ...generations } = done;
    await recordAudit(call.deps, {
      project: call.params.project,
      who: call.caller.subject,
      what: mutation.what,
      object: { ...mutation.object(call), ...(uid !== undefined && { uid }) },
      ...generations,
      status: answer.status,
      ...(answer.kind === 'problem' && { code: answer.code }),
      correlationId: call.correlationId,
    });
    return answer;
  };
}

/** What a command did, as a route's answer; its refusal as a problem. */
export function whenAccepted<T, D extends Done | Answer>(
  outcome: Outcome<T>,
  done: (value: T) => D,
): D | Problem {
  return outcome.ok ? done(outcome.value) : refused(outcome.refusal);
}
