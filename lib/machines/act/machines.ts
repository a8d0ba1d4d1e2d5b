/** Writes to the cloud about machines that exist: ending them, and their place behind the load balancer. */
import { ok, type Result } from '../../domain/errors.ts';
import type { Acted } from '../../domain/plan.ts';
import type { Member, PoolAction, PoolDesired } from '../plan/model.ts';
import { nameOf } from '../plan/nodes.ts';
import type { Machine, MachineContext, MachineKey } from '../port.ts';
import { outputsOf } from '../record.ts';
import { END_LOOK_MS, JOIN_LOOK_MS, NEXT_LOOK_MS } from '../timing.ts';

type Of<Kind extends PoolAction['kind']> = Extract<PoolAction, { kind: Kind }>;

/** Of the console's end, in an event that people read. */
const TAIL_LENGTH = 600;

export async function endMachines(
  ctx: MachineContext,
  desired: PoolDesired,
  action: Of<'remove-machines'>,
): Promise<Result<Acted>> {
  for (const key of desired.deleting ? unjoinedKeys(action) : []) await ctx.boot.withdraw(key, desired.role);
  const asked = await ctx.machines.terminate(action.machines);
  if (!asked.ok) return asked;
  return ok({ event: action.event, outputs: outputsOf(action.record), lookAfterMs: END_LOOK_MS });
}

/**
 * Best effort: the cluster's API may be down for good, and its tokens end with it. What the cloud keeps for a machine
 * carries the cluster's tag and goes with the rest.
 */
function unjoinedKeys({ machines, record }: Of<'remove-machines'>): readonly MachineKey[] {
  const unjoined = machines.filter(({ index }) => !record.slots[String(index)]?.joined);
  const owed = Object.entries(record.slots).flatMap(([index, { owes = [] }]) =>
    owes.map((attempt) => ({ pool: machines[0]?.pool ?? '', index: Number(index), attempt })),
  );
  return [...unjoined.map(({ pool, index, attempt }) => ({ pool, index, attempt })), ...owed];
}

/** Evidence first: the console goes with the machine. */
export async function endStuck(ctx: MachineContext, action: Of<'remove-stuck'>): Promise<Result<Acted>> {
  const machines = action.members.flatMap(({ machine }) => machine ?? []);
  const [first] = machines;
  const tail = first ? await ctx.machines.consoleTail(first) : ok(undefined);
  const asked = await ctx.machines.terminate(machines);
  if (!asked.ok) return asked;
  const names = action.members.map(nameOf);
  const words = tail.ok ? plainTail(tail.value) : '';
  const said = words === '' ? 'its console is empty' : `its console ends with: ${words}`;
  const what = action.members.some(({ node }) => node !== undefined) ? 'became Ready' : 'joined';
  const [only] = names;
  return ok({
    event: `Ended machine ${names.join(', ')}, which never ${what} in its time; ${said}`,
    ...(names.length === 1 && only !== undefined ? { node: only } : {}),
    outputs: outputsOf(action.record),
    lookAfterMs: END_LOOK_MS,
  });
}

/** One line, no control characters. */
function plainTail(tail: string | undefined): string {
  return (tail ?? '')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(-TAIL_LENGTH);
}

export async function attachMachines(ctx: MachineContext, action: Of<'attach'>): Promise<Result<Acted>> {
  const done = await each(action.machines, (machine) => ctx.machines.attach(machine));
  if (!done.ok) return done;
  const event = `Put ${namesOf(action.machines)} behind the load balancer`;
  return ok({ event, outputs: outputsOf(action.record), lookAfterMs: JOIN_LOOK_MS });
}

export async function detachMachines(ctx: MachineContext, action: Of<'detach'>): Promise<Result<Acted>> {
  const done = await each(action.machines, (machine) => ctx.machines.detach(machine));
  if (!done.ok) return done;
  const event = `Took ${namesOf(action.machines)} out of the load balancer`;
  return ok({ event, outputs: outputsOf(action.record), lookAfterMs: NEXT_LOOK_MS });
}

export async function endVictim(ctx: MachineContext, action: Of<'end'>): Promise<Result<Acted>> {
  const { member, because } = action.victim;
  const asked = await ctx.machines.terminate(machineOf(member));
  if (!asked.ok) return asked;
  const node = nameOf(member);
  const event = `Ended machine of node ${node} (${because})`;
  return ok({ event, node, outputs: outputsOf(action.record), lookAfterMs: END_LOOK_MS });
}

const machineOf = ({ machine }: Member): readonly Machine[] => (machine ? [machine] : []);

const namesOf = (machines: readonly Machine[]): string => machines.map(({ name }) => name).join(', ');

async function each(
  machines: readonly Machine[],
  write: (machine: Machine) => Promise<Result<void>>,
): Promise<Result<void>> {
  for (const machine of machines) {
    const written = await write(machine);
    if (!written.ok) return written;
  }
  return ok(undefined);
}
