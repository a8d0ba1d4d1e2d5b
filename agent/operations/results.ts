/** Tells the control plane how operations go: every change once, every end until it is taken. */
import type { OperationResult } from '../../lib/domain/agent.ts';
import { canonical } from '../../lib/domain/canonical.ts';
import type { Clock, Logger } from '../../lib/domain/ports.ts';
import { toInstant } from '../../lib/domain/time.ts';
import type { Identity } from '../identity/identity.ts';
import { type ControlPlane, isUnknown } from '../server/control-plane.ts';
import type { Step } from './step.ts';

const MAX_MESSAGE = 1_000;

export interface Results {
  tell(operation: string, step: Step): Promise<void>;
  /** It ended and the control plane knows. */
  isTold(operation: string): boolean;
  /** Others are no longer asked for. */
  keepOnly(operations: ReadonlySet<string>): void;
}

export interface ResultOptions {
  readonly server: Pick<ControlPlane, 'result'>;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Logger;
}

export function results(options: ResultOptions): Results {
  const told = new Map<string, { readonly text: string; readonly ended: boolean }>();
  return {
    async tell(operation, step) {
      const text = canonical(step);
      if (told.get(operation)?.text === text) return;
      if (await post(options, operation, step))
        told.set(operation, { text, ended: step.state !== 'Running' });
    },
    isTold: (operation) => told.get(operation)?.ended === true,
    keepOnly(operations) {
      for (const operation of told.keys()) if (!operations.has(operation)) told.delete(operation);
    },
  };
}

/** Whether it need not be said again. */
async function post(options: ResultOptions, operation: string, step: Step): Promise<boolean> {
  const { server, identity, clock, log } = options;
  const who = await identity.credential();
  if (who.kind === 'none') return false;
  const { message, ...rest } = step;
  const result: OperationResult = {
    operation,
    at: toInstant(clock.now()),
    ...rest,
    ...(message === undefined ? {} : { message: message.slice(0, MAX_MESSAGE) }),
  };
  const answer = await server.result(result, who.credential);
  if (answer.kind === 'ok') return true;
  const { status, code, message: why } = answer.refusal;
  if (step.data !== undefined && (status === 413 || status === 422)) {
    log.warn('Details of a result not taken', { operation, status, code, message: why });
    return post(options, operation, withoutDetails(step));
  }
  log.warn('Result not taken', { operation, status, code, message: why });
  if (isUnknown(answer.refusal)) identity.refused(who.credential);
  // Nobody asks for this operation any more, or nobody will ever take this result.
  return status === 404 || status === 409 || status === 410 || status === 422;
}

/** How it ended is worth more than what is said of it: without that it would count as never ended. */
function withoutDetails({ data: _, message, ...step }: Step): Step {
  const said = message === undefined ? '' : `${message} `;
  return { ...step, message: `${said}The details were more than can be kept.` };
}
