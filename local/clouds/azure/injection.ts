/** Carries a request out with the faults that are put on it: refused before, lost after, throttled. */
import { isWrite } from './admission.ts';
import { ArmError, statusOfCode } from './errors.ts';
import { keyOf } from './ids.ts';
import type { RouteMatch } from './router.ts';
import { providerThrottled } from './throttling.ts';
import { type ArmReply, type ArmRequest, reply, type World } from './world.ts';

/** `'cut'`: the connection breaks before the answer. */
export function carryOut(world: World, request: ArmRequest, match: RouteMatch): ArmReply | 'cut' {
  const { route } = match;
  if (world.faults.list().length === 0) return route.handle(world, request);
  const region = regionOf(world, request, match);
  const waitMs = world.faults.throttledForMs(route.operation, region, request.now);
  if (waitMs !== undefined) throw providerThrottled(request, waitMs);
  const before = world.faults.takeError(route.operation, 'before', region);
  if (before) return injected(before.code, before.message);
  const answer = route.handle(world, request);
  const after = world.faults.takeError(route.operation, 'after', region);
  return after ? injected(after.code, after.message) : answer;
}

/** An answer, not a refusal: a refusal would undo what happened before it. */
function injected(code: string, message: string | undefined): ArmReply | 'cut' {
  if (code === 'ConnectionReset') return 'cut';
  const status = statusOfCode(code);
  const body = { error: { code, message: message ?? `The request failed with ${code}.` } };
  return status === 429 ? reply(status, body, { 'retry-after': '10' }) : reply(status, body);
}

/** Where a request is about: its address, the resource that it names, or the location in its body. */
function regionOf(world: World, request: ArmRequest, { params }: RouteMatch): string | undefined {
  if (params.location !== undefined) return params.location.toLowerCase();
  const key = keyOf(request.path.split('/').slice(0, 9).join('/'));
  const known = world.state.clusters.get(key) ?? world.state.resources.get(key);
  if (known) return known.location;
  if (!isWrite(request.method)) return undefined;
  const location = locationIn(request);
  return location?.toLowerCase().replaceAll(' ', '');
}

function locationIn(request: ArmRequest): string | undefined {
  try {
    const body = request.body();
    if (typeof body !== 'object' || body === null || !('location' in body)) return undefined;
    return typeof body.location === 'string' ? body.location : undefined;
  } catch (error) {
    // The handler refuses the body itself, in its own words.
    if (error instanceof ArmError) return undefined;
    throw error;
  }
}
