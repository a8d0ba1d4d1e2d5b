/**
 * Which operations are looked at now. Patching empties and boots nodes, so it runs alone: what is older ends first, what
 * is younger waits. Everything else runs side by side. Pure.
 */
import type { DefinedOperation } from '../../lib/domain/agent.ts';

/** `isOver`: ended, and the control plane knows or will be told. */
export function inTurn(
  operations: readonly DefinedOperation[],
  isOver: (operation: DefinedOperation) => boolean,
): readonly DefinedOperation[] {
  const open = operations.filter((operation) => !isOver(operation));
  // What is called off is told at once, whoever's turn it is.
  const called = open.filter(({ cancelled }) => cancelled);
  const waiting = open.filter(({ cancelled }) => !cancelled);
  const firstPatch = waiting.findIndex(({ spec }) => spec.kind === 'patch');
  if (firstPatch === -1) return open;
  const patchFirst = firstPatch === 0 && !called.some(({ spec }) => spec.kind === 'patch');
  return [...called, ...(patchFirst ? waiting.slice(0, 1) : waiting.slice(0, firstPatch))];
}
