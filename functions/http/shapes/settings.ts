/** Settings of a project as they go in and out. */
import { z } from 'zod';
import { etagOf } from '../../../lib/api/etag.ts';
import { INSTANT, shown } from '../../../lib/api/schemas/shown.ts';
import type { Deps } from '../../../lib/deps.ts';
import { LIFECYCLE_KINDS } from '../../../lib/domain/lifecycle.ts';
import type { Secret } from '../../../lib/domain/secret.ts';
import { toEpochMs } from '../../../lib/domain/time.ts';
import { SETTINGS_FIELDS, type SettingsDocument } from '../../../lib/projects/settings.ts';
import type { Webhook } from '../../../lib/webhooks/hook.ts';
import { type HookStatus, readHookStatus } from '../../../lib/webhooks/status.ts';

const STATUS_VIEW = z
  .object({
    lastAttemptAt: INSTANT,
    lastDeliveredAt: INSTANT.exactOptional(),
    failingSince: INSTANT.exactOptional().meta({ description: 'Absent: the last attempt arrived' }),
    lastError: shown('The receiver answered 503.').exactOptional(),
    lastGivenUpAt: INSTANT.exactOptional().meta({ description: 'When a message was last given up' }),
  })
  .readonly()
  .meta({
    description: 'How it fares; absent before the first attempt. To within an hour while all is well',
  });

const WEBHOOK_VIEW = z
  .object({
    name: shown('alarms'),
    url: shown('https://hooks.example.com/slipway'),
    events: z.array(z.enum(LIFECYCLE_KINDS)).readonly().exactOptional(),
    hasSecret: z.boolean(),
    secret: shown('whsec_ and 32 bytes in base64')
      .exactOptional()
      .meta({ description: 'Only in the answer to the PUT for which it was made' }),
    status: STATUS_VIEW.exactOptional(),
  })
  .readonly();

export const SETTINGS_BODY = z.strictObject({ ...SETTINGS_FIELDS, generation: z.unknown().optional() });
export const SETTINGS_VIEW = z.object({
  ...SETTINGS_FIELDS,
  webhooks: z.array(WEBHOOK_VIEW).readonly().exactOptional(),
  generation: z.int(),
});

interface ShownSettings {
  readonly body: z.output<typeof SETTINGS_VIEW>;
  readonly etag: string;
}

/** `made`: secrets that whoever asks sees now and never again. */
export async function showSettings(
  deps: Pick<Deps, 'store'>,
  project: string,
  { settings, webhooks, generation }: SettingsDocument,
  made: ReadonlyMap<string, Secret> = new Map(),
): Promise<ShownSettings> {
  const statuses = await Promise.all((webhooks ?? []).map(({ id }) => readHookStatus(deps, project, id)));
  const hooks = webhooks?.map((hook, index) => toWebhook(hook, statuses[index], made.get(hook.name)));
  return {
    body: { ...settings, ...(hooks === undefined ? {} : { webhooks: hooks }), generation },
    etag: etagOf({ generation, revision: 0, ...newestOf(statuses) }),
  };
}

function toWebhook({ name, url, events }: Webhook, status: HookStatus | undefined, made: Secret | undefined) {
  return {
    name,
    url,
    ...(events === undefined ? {} : { events }),
    hasSecret: true,
    ...(made === undefined ? {} : { secret: made.reveal() }),
    ...(status === undefined ? {} : { status }),
  };
}

/** Every write of a status is dated by its attempt. */
function newestOf(statuses: readonly (HookStatus | undefined)[]): { readonly reportedAtMs?: number } {
  const at = statuses.flatMap((status) => (status ? [toEpochMs(status.lastAttemptAt)] : []));
  return at.length === 0 ? {} : { reportedAtMs: Math.max(...at) };
}
