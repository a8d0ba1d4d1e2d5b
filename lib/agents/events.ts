/** What the event stream says of agents. The same problem always has the same words. */
import type { NewEvent } from '../reconcile/event-log.ts';

const TASK = 'agent';

export function clockSkew(): NewEvent {
  return {
    severity: 'Warning',
    signal: 'persistent',
    task: TASK,
    reason: 'ClockSkew',
    message:
      'The clock of the machine that the agent runs on is off by more than 5 minutes. Its beats count, and what it measures is moved to the right time; turn on time synchronisation, or tokens and certificates will fail.',
  };
}

export function clockRightAgain(): NewEvent {
  return {
    severity: 'Normal',
    signal: 'transient',
    task: TASK,
    reason: 'Resolved',
    message: 'The clock of the machine that the agent runs on is right again.',
    closes: true,
  };
}

export function agentCopied(): NewEvent {
  return {
    severity: 'Warning',
    signal: 'persistent',
    task: TASK,
    reason: 'AgentCopied',
    message:
      'Two agents take turns in speaking for this cluster: its agent runs twice, or a machine with its credential was copied. Stop the one that should not be; when nobody knows of a second one, enrol the agent again, which ends all former credentials.',
  };
}
