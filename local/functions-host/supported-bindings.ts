/**
 * Which bindings this host serves. An app that uses another one does not start: a function that silently never runs is
 * found much later.
 */
import type { Binding, RegisteredFunction } from './core/registry.ts';

const TRIGGERS = ['httpTrigger', 'serviceBusTrigger', 'timerTrigger'] as const;
const OUTPUTS: readonly string[] = ['http', 'serviceBus'];

export type TriggerType = (typeof TRIGGERS)[number];

export function triggerType({ name, trigger }: RegisteredFunction): TriggerType {
  const known = TRIGGERS.find((type) => type === trigger.binding.type);
  if (known === undefined) throw unsupported(name, trigger.binding);
  return known;
}

/** Throws for the first binding that this host does not serve. */
export function checkBindings(fn: RegisteredFunction): void {
  triggerType(fn);
  for (const binding of Object.values(fn.bindings)) {
    const served =
      binding === fn.trigger.binding || (binding.direction === 'out' && OUTPUTS.includes(binding.type));
    if (!served) throw unsupported(fn.name, binding);
  }
}

function unsupported(name: string, { type, direction }: Binding): Error {
  return new Error(`Function "${name}": this host does not serve a binding ${type} (${direction})`);
}
