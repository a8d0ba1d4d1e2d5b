/**
 * Faults that people and tests put on a simulated cloud (spec of `/local/clouds/faults`). This file owns their shapes,
 * their storage and the question whether one applies; what a fault then does is the cloud's business.
 *
 * `operation` names what is asked in the words of the cloud's SDK, `managedClusters.createOrUpdate`, `agentPools.delete`
 * or `RunInstances`; `*` stands for any run of characters: `agentPools.*`, `*`.
 */
import { z } from 'zod';
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { Records, Table } from './records.ts';

const region = z.string().min(1).optional();
const operation = z.string().min(1);

export const faultInput = z.discriminatedUnion('fault', [
  /** Overrides the limit of a counter of the usage APIs. */
  z.strictObject({ fault: z.literal('quota'), region, name: z.string().min(1), limit: z.int().min(0) }),
  /** Answers 429 for that many cloud seconds. */
  z.strictObject({ fault: z.literal('throttle'), region, operation, seconds: z.number().positive() }),
  /** How many more machines of a type can be started while the fault lasts. */
  z.strictObject({
    fault: z.literal('capacity'),
    region,
    instanceType: z.string().min(1),
    zone: z.string().min(1).optional(),
    available: z.int().min(0),
  }),
  /**
   * The next `count` matching requests fail. `before`: nothing happens. `after`: it happens, and the answer is lost
   * (code `ConnectionReset` cuts the connection). `late`: it is accepted and fails when it would have finished.
   */
  z.strictObject({
    fault: z.literal('error'),
    region,
    operation,
    code: z.string().min(1),
    message: z.string().optional(),
    when: z.enum(['before', 'after', 'late']).default('before'),
    count: z.int().min(1).default(1),
  }),
  z.strictObject({
    fault: z.literal('spot-price'),
    region,
    instanceType: z.string().min(1),
    zone: z.string().min(1),
    percent: z.number().positive(),
  }),
  /** One machine is gone at once, without anyone having asked for it. */
  z
    .strictObject({ fault: z.literal('instance-loss'), region, id: z.string().min(1) })
    .transform(({ id: machineId, ...rest }) => ({ ...rest, machineId })),
]);

/** A fault as it is asked for. */
export type FaultRequest = z.input<typeof faultInput>;
type FaultBody = z.output<typeof faultInput>;
export type Fault = FaultBody & { readonly id: string; readonly createdAt: EpochMs };
export type FaultOf<K extends Fault['fault']> = Extract<Fault, { fault: K }>;
export type ErrorFault = FaultOf<'error'>;

export class Faults {
  readonly #rules: Table<Fault>;
  readonly #counter: Table<number>;

  constructor(records: Records) {
    this.#rules = records.table<Fault>('faults');
    this.#counter = records.table<number>('faultCounter');
  }

  /** Throws a ZodError when the fault is malformed. */
  add(input: FaultRequest, now: EpochMs): Fault {
    const body = faultInput.parse(input);
    const number = (this.#counter.get('last') ?? 0) + 1;
    this.#counter.put('last', number);
    const fault = { ...body, id: `fault-${number}`, createdAt: now };
    this.#rules.put(fault.id, fault);
    return fault;
  }

  list(): readonly Fault[] {
    return this.#rules.values();
  }

  /** False when there is none of that id. */
  remove(id: string): boolean {
    if (!this.#rules.get(id)) return false;
    this.#rules.delete(id);
    return true;
  }

  clear(): void {
    for (const { id } of this.#rules.values()) this.#rules.delete(id);
  }

  /** The newest limit that someone put on a counter. */
  quotaLimit(name: string, region: string): number | undefined {
    const wanted = name.toLowerCase();
    return this.#of('quota', region).findLast((rule) => rule.name.toLowerCase() === wanted)?.limit;
  }

  /** Cloud milliseconds for which the operation stays throttled; undefined: not at all. */
  throttledForMs(operation: string, region: string | undefined, now: EpochMs): number | undefined {
    const waits = this.#of('throttle', region)
      .filter((rule) => matches(rule.operation, operation))
      .map((rule) => rule.createdAt + rule.seconds * 1000 - now);
    const longest = Math.max(0, ...waits);
    return longest > 0 ? longest : undefined;
  }

  capacityOf(instanceType: string, region: string): readonly FaultOf<'capacity'>[] {
    const wanted = instanceType.toLowerCase();
    return this.#of('capacity', region).filter((rule) => rule.instanceType.toLowerCase() === wanted);
  }

  /** The first error for this operation, used up by one. */
  takeError(operation: string, when: ErrorFault['when'], region: string | undefined): ErrorFault | undefined {
    const rule = this.#of('error', region).find((r) => r.when === when && matches(r.operation, operation));
    if (!rule) return undefined;
    if (rule.count > 1) this.#rules.put(rule.id, { ...rule, count: rule.count - 1 });
    else this.#rules.delete(rule.id);
    return rule;
  }

  #of<K extends Fault['fault']>(kind: K, region: string | undefined): FaultOf<K>[] {
    return this.#rules
      .values()
      .filter((rule): rule is FaultOf<K> => rule.fault === kind)
      .filter((rule) => rule.region === undefined || region === undefined || rule.region === region);
  }
}

function matches(pattern: string, operation: string): boolean {
  if (!pattern.includes('*')) return pattern.toLowerCase() === operation.toLowerCase();
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(operation);
}
