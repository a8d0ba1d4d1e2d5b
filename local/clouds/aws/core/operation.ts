/**
 * How a part of AWS is registered: operations by name, each with the schema of its parameters (names as on the wire) and
 * a handler that gives plain objects, which the wire turns into XML or JSON: arrays become `<item>` or `<member>`.
 */
import type { z } from 'zod';
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { RequestContext } from '../identity/conditions.ts';
import type { Call, ServiceName } from './call.ts';
import { type ParameterWords, parseParameters } from './parameters.ts';
import type { InventoryItem, Target } from './target.ts';
import type { World } from './world.ts';

/** Members that are undefined are left out. Absent: EC2 answers `<return>true</return>`, others nothing. */
export type Reply = Readonly<Record<string, unknown>> | undefined;

/** One operation with its parameters read: what may be asked about it before it runs. */
interface Prepared {
  /** ARN that policies are asked about, or `*`. */
  readonly resource: string;
  readonly context: RequestContext;
  run(world: World): Reply;
}

export interface Operation {
  /** Every authenticated caller may: GetCallerIdentity. */
  readonly isOpen: boolean;
  /** Throws AwsFault for parameters that do not fit. */
  prepare(call: Call, words: ParameterWords): Prepared;
}

interface OperationSpec<S extends z.ZodType> {
  /** A strict object: parameters that it does not name are refused. */
  readonly input: S;
  readonly handle: (world: World, call: Call<z.output<S>>) => Reply;
  readonly resource?: (call: Call<z.output<S>>) => string;
  readonly context?: (call: Call<z.output<S>>) => RequestContext;
  readonly isOpen?: boolean;
}

export function operation<S extends z.ZodType>(spec: OperationSpec<S>): Operation {
  return {
    isOpen: spec.isOpen ?? false,
    prepare(call, words) {
      const read = { ...call, params: parseParameters(spec.input, call.params, words) };
      return {
        resource: spec.resource?.(read) ?? '*',
        context: spec.context?.(read) ?? {},
        run: (world) => spec.handle(world, read),
      };
    },
  };
}

export type Operations = Readonly<Record<string, Operation>>;

/** What happens at an instant that was put on the timeline. `id`: what it is about. */
export type DueHandler = (world: World, id: string, at: EpochMs) => void;

/** A part of the simulated AWS. Services may be spread over several parts. */
export interface Part {
  readonly operations: Readonly<Partial<Record<ServiceName, Operations>>>;
  /** Kinds of EC2 resources that take tags. */
  readonly targets?: readonly Target[];
  /** By the kind of entry on the timeline. */
  readonly due?: Readonly<Record<string, DueHandler>>;
  /** What is there from the start; called on every start, on kept records too. */
  readonly seed?: (world: World) => void;
  /** What exists beside the targets. */
  readonly inventory?: (world: World) => readonly InventoryItem[];
}
