/** Errors as AMQP error conditions. What is not ours is a bug of the broker and says so. */
import { BrokerError } from '../engine/errors.ts';
import { codec, type ErrorCondition } from './rhea.ts';

export function toCondition(error: unknown): ErrorCondition {
  if (error instanceof BrokerError) return { condition: error.condition, description: error.message };
  return {
    condition: 'amqp:internal-error',
    description: error instanceof Error ? error.message : String(error),
  };
}

export function rejected(error: unknown): unknown {
  return codec.rejected({ error: toCondition(error) }).described();
}

export function accepted(): unknown {
  return codec.accepted().described();
}
