/** What the event stream says of a change of health: every problem that came or went, and the verdict. Pure. */
import { HEALTH_FACTORS, type Health, type HealthReason } from '../domain/health.ts';
import type { NewEvent } from '../reconcile/event-log.ts';
import { type HealthDocument, isTold, lastTold } from './document.ts';
import { REASONS, type ReasonCode } from './reasons.ts';

const TASK = 'health';
/** Problems that one change names; the rest is in the health itself. */
const MAX_TOLD = 20;

/** `before` is absent when there was no health yet. Waiting for the first report is nobody's news. */
export function healthEvents(before: HealthDocument | undefined, after: HealthDocument): readonly NewEvent[] {
  const came = missingIn(before?.health, after.health).slice(0, MAX_TOLD);
  const went = missingIn(after.health, before?.health).slice(0, MAX_TOLD);
  return [...went.map(resolved), ...came.map(problem), ...changedStatus(after)];
}

/** Problems of `these` that `others` does not have; what is not known is no problem. */
function missingIn(others: Health | undefined, these: Health | undefined): readonly HealthReason[] {
  const known = new Set(others?.reasons.map(keyOf));
  return (these?.reasons ?? []).filter((reason) => isProblem(reason) && !known.has(keyOf(reason)));
}

function keyOf({ code, node = '' }: HealthReason): string {
  return `${code} ${node}`;
}

function isProblem({ code }: HealthReason): boolean {
  return code !== 'HEARTBEAT_AWAITED' && code !== 'NODES_UNREPORTED' && code !== 'MASS_SILENCE';
}

function problem({ code, message, node }: HealthReason): NewEvent {
  const reason = isCode(code) ? REASONS[code].event : code;
  return {
    severity: 'Warning',
    signal: 'infrastructure',
    reason,
    message,
    task: TASK,
    ...(node !== undefined && { node }),
  };
}

/** Closes: the same problem is news when it comes again. */
function resolved({ message, node }: HealthReason): NewEvent {
  return {
    severity: 'Normal',
    signal: 'transient',
    reason: 'Resolved',
    message: `No longer: ${message}`,
    task: TASK,
    closes: true,
    ...(node !== undefined && { node }),
  };
}

function changedStatus(document: HealthDocument): readonly NewEvent[] {
  const from = lastTold(document);
  const after = document.health;
  if (!isTold(document) || from === after.status) return [];
  const bad = HEALTH_FACTORS.filter((factor) => after.factors[factor].status !== 'Healthy');
  const because = bad.length === 0 || after.status === 'Healthy' ? '' : `, because of ${bad.join(', ')}`;
  return [
    {
      severity: after.status === 'Unhealthy' ? 'Warning' : 'Normal',
      signal: 'infrastructure',
      reason: 'HealthChanged',
      message: `Health is ${after.status} now, after ${from}${because}.`,
      task: TASK,
      closes: true,
    },
  ];
}

function isCode(code: string): code is ReasonCode {
  return Object.hasOwn(REASONS, code);
}
