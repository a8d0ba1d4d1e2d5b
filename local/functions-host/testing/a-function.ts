/** Builders for the unit tests of this folder. */
import type { Binding, LoadedFunction } from '../core/registry.ts';

/** A loaded function with the given trigger; it does nothing. */
export function aFunction(
  name: string,
  trigger: Partial<Binding>,
  others: Record<string, Binding> = {},
): LoadedFunction {
  const binding: Binding = { type: 'httpTrigger', direction: 'in', ...trigger };
  return {
    name,
    bindings: { trigger: binding, ...others },
    trigger: { bindingName: 'trigger', binding },
    callback: () => undefined,
  };
}
