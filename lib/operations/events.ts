/** What the event stream says of operations and schedules. Each of them is news, also when it reads as the one before. */
import type { OperationSpec, ScanKind } from '../domain/agent.ts';
import type { Instant } from '../domain/time.ts';
import type { NewEvent } from '../reconcile/event-log.ts';
import { isEnded, type OperationDocument, type OperationState } from './document.ts';

const SCAN_TITLES = {
  kubeBench: 'kube-bench',
  kubeHunter: 'kube-hunter',
  sonobuoy: 'Sonobuoy',
  sbom: 'SBOM',
} as const satisfies Record<ScanKind, string>;

interface Words {
  readonly reason: string;
  readonly says: string;
  readonly severity: NewEvent['severity'];
}

const WORDS = {
  Pending: { reason: 'OperationRequested', says: 'was asked for', severity: 'Normal' },
  Running: { reason: 'OperationStarted', says: 'has begun', severity: 'Normal' },
  Succeeded: { reason: 'OperationSucceeded', says: 'succeeded', severity: 'Normal' },
  Failed: { reason: 'OperationFailed', says: 'failed', severity: 'Warning' },
  Cancelled: { reason: 'OperationCancelled', says: 'was cancelled', severity: 'Normal' },
  TimedOut: { reason: 'OperationTimedOut', says: 'took too long', severity: 'Warning' },
} as const satisfies Record<OperationState, Words>;

export function operationEvent(operation: OperationDocument): NewEvent {
  const { reason, says, severity } = WORDS[operation.state];
  const detail = isEnded(operation.state) ? `: ${operation.message}` : origin(operation);
  const text = `${capital(nameOf(operation.spec))} ${operation.operation} ${says}${detail}`;
  return news({ severity, reason, message: text.endsWith('.') ? text : `${text}.` });
}

export function scheduleSkipped(schedule: string, spec: OperationSpec, dueAt: Instant): NewEvent {
  const message = `The ${nameOf(spec)} that schedule ${schedule} had for ${dueAt} was left out: the one before was still under way.`;
  return news({ severity: 'Warning', reason: 'ScheduleSkipped', message });
}

export function cancelRequested(operation: OperationDocument): NewEvent {
  const message = `${capital(nameOf(operation.spec))} ${operation.operation} is being stopped.`;
  return news({ severity: 'Normal', reason: 'OperationCancelRequested', message });
}

function origin({ state, schedule }: OperationDocument): string {
  return state !== 'Pending' || schedule === undefined ? '' : ` by schedule ${schedule}`;
}

function nameOf(spec: OperationSpec): string {
  switch (spec.kind) {
    case 'scan':
      return `${SCAN_TITLES[spec.scan]} scan`;
    case 'backup':
      return 'backup';
    case 'restore':
      return 'restore';
    case 'patch':
      return 'patching of the nodes';
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function news(event: Pick<NewEvent, 'severity' | 'reason' | 'message'>): NewEvent {
  return { ...event, signal: 'transient', task: 'operations', closes: true };
}
