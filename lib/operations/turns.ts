/**
 * Which operation another one waits for. Patching empties and boots nodes, so agents run it alone, in the order in which
 * things were asked for (agent/operations/turn.ts). What waits for its turn has not been neglected. Pure.
 */
import type { OperationSpec } from '../domain/agent.ts';
import type { ActiveOperation } from './document.ts';

const isPatch = ({ kind }: OperationSpec): boolean => kind === 'patch';

/** The oldest that has to end first; `undefined`: it is this one's turn, or it is not listed. */
export function waitsFor(active: readonly ActiveOperation[], id: string): string | undefined {
  const place = active.findIndex((entry) => entry.id === id);
  const own = active[place];
  if (own === undefined) return undefined;
  const older = active.slice(0, place).filter(({ over }) => !over);
  return older.find(({ spec }) => isPatch(spec) || isPatch(own.spec))?.id;
}
