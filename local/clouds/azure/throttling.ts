/** Throttling: the buckets that every subscription has at Resource Manager, and those of the resource providers. */
import { throttled } from './errors.ts';
import type { RouteMatch } from './router.ts';
import type { LimitName } from './settings.ts';
import type { ArmRequest, World } from './world.ts';

const BUCKET_OF_METHOD: Readonly<Record<string, LimitName>> = {
  GET: 'reads',
  HEAD: 'reads',
  DELETE: 'deletes',
};

/** Takes from the subscription's bucket and from the provider's own; gives the headers that tell what is left. */
export function throttle(
  world: World,
  request: ArmRequest,
  { route, params }: RouteMatch,
): Readonly<Record<string, string>> {
  const kind = BUCKET_OF_METHOD[request.method] ?? 'writes';
  const { caller, now } = request;
  const who = `${kind}/${caller.objectId}/${params.subscription ?? ''}`;
  const taken = world.buckets.take(who, world.settings.limits[kind], now);
  if (!taken.ok)
    throw throttled(
      'SubscriptionRequestsThrottled',
      `Number of '${kind}' requests for subscription '${params.subscription}' actor '${caller.objectId}' exceeded. Please try again after '${Math.ceil(taken.retryAfterMs / 1000)}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
      taken.retryAfterMs,
    );
  if (route.limit) {
    const own = world.buckets.take(bucketKey(request, route.limit), world.settings.limits[route.limit], now);
    if (!own.ok) throw providerThrottled(request, own.retryAfterMs);
  }
  return { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(taken.remaining) };
}

/** Operation polls share one bucket per subscription; everything else has one per address. */
function bucketKey({ path }: ArmRequest, limit: LimitName): string {
  const scope = limit === 'getOperationStatus' ? path.split('/').slice(0, 3).join('/') : path;
  return `${limit}${scope.toLowerCase()}`;
}

/** The refusal of the provider that the request is for. */
export const providerThrottled = ({ path }: ArmRequest, retryAfterMs: number) =>
  /microsoft\.containerservice/i.test(path)
    ? throttled(
        'Throttled',
        `The request limit has been exceeded for SubID='${path.split('/')[2] ?? ''}', please retry again in ${Math.ceil(retryAfterMs / 1000)} seconds. For more information, please visit aka.ms/aks/throttling`,
        retryAfterMs,
      )
    : throttled('TooManyRequests', 'The request is being throttled. Please try again later.', retryAfterMs);
