/**
 * Settings of a project, stored as a whole. Those who act on them (health, operations, webhooks) read them here; an
 * absent part means their defaults. Webhooks are sent with their secrets and stored without.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { projectAddress } from '../api/auth/grants.ts';
import type { Lenient } from '../api/lenient.ts';
import { cronFindings } from '../api/rules/schedules.ts';
import { coded } from '../api/schema-findings.ts';
import type { Deps } from '../deps.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Finding } from '../domain/findings.ts';
import { accept, invalid, type Outcome, refuse } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import { THRESHOLD_SETTINGS } from '../health/threshold-settings.ts';
import type { Stored, StoredDocument } from '../store/port.ts';
import { assignHooks, hookFindings } from '../webhooks/assign.ts';
import { MAX_HOOKS, WEBHOOK_INPUT, type Webhook } from '../webhooks/hook.ts';
import { forgetHooks, type SettledHooks, settleHooks } from '../webhooks/settle.ts';

const duration = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, coded('DURATION_INVALID', 'A duration like «PT10M».'))
  .meta({ example: 'PT10M' });

export const SETTINGS_FIELDS = {
  healthThresholds: THRESHOLD_SETTINGS.optional(),
  maintenanceWindows: z
    .array(z.strictObject({ cron: z.string().max(100), duration }))
    .max(20)
    .optional(),
  webhooks: z.array(WEBHOOK_INPUT).max(MAX_HOOKS).optional(),
};

const SETTINGS = z.strictObject(SETTINGS_FIELDS);
/** As they are sent. */
type SentSettings = z.output<typeof SETTINGS>;
type ProjectSettings = Omit<SentSettings, 'webhooks'>;

export interface SettingsDocument extends StoredDocument {
  readonly type: 'project-settings';
  readonly settings: ProjectSettings;
  readonly webhooks?: readonly Webhook[];
  readonly generation: number;
}

const ID = 'settings';

export async function readSettings(
  { store }: Pick<Deps, 'store'>,
  project: string,
): Promise<Stored<SettingsDocument> | undefined> {
  return store.read<SettingsDocument>(projectAddress(project), ID);
}

/** Generation 0: nobody has set any. */
export const UNSET: SettingsDocument = { id: ID, type: 'project-settings', settings: {}, generation: 0 };

export interface SettingsChange {
  readonly document: SettingsDocument;
  readonly generationBefore: number;
  /** Secrets of webhooks that were made for this change, by name: whoever asked for it sees them this once. */
  readonly made: ReadonlyMap<string, Secret>;
}

type PutDeps = Pick<Deps, 'store' | 'secrets' | 'clock' | 'ids' | 'config'>;

export async function putSettings(
  deps: PutDeps,
  at: { readonly project: string; readonly ifGeneration?: number },
  sent: Lenient<SentSettings>,
): Promise<Outcome<SettingsChange>> {
  const stored = await readSettings(deps, at.project);
  const before = stored?.document ?? UNSET;
  const generationBefore = before.generation;
  if (at.ifGeneration !== undefined && at.ifGeneration !== before.generation) {
    return refuse({ kind: 'stale', generation: before.generation });
  }
  const { webhooks: sentHooks, ...settings } = sent.value ?? {};
  const wrong = [
    ...sent.findings,
    ...windowFindings(settings, deps.clock.now()),
    ...hookFindings(sentHooks ?? [], deps.config.webhookTargets),
  ];
  if (wrong.length > 0) return invalid(...wrong);
  const wanted = assignHooks(sentHooks ?? [], before.webhooks ?? []);
  const settled = await settleHooks(deps, at.project, wanted);
  const hooks = sentHooks === undefined ? {} : { webhooks: settled.hooks };
  const next: SettingsDocument = { ...UNSET, settings, ...hooks, generation: before.generation + 1 };
  if (isDeepStrictEqual({ ...next, generation: before.generation }, before)) {
    return accept({ document: before, generationBefore, made: new Map() });
  }
  return write(deps, at.project, { stored, next, settled });
}

interface SettingsWrite {
  readonly stored: Stored<SettingsDocument> | undefined;
  readonly next: SettingsDocument;
  readonly settled: SettledHooks;
}

/** Lost races leave no secret behind, and the secrets of hooks that are gone go with them. */
async function write(
  deps: PutDeps,
  project: string,
  { stored, next, settled: { hooks, made } }: SettingsWrite,
): Promise<Outcome<SettingsChange>> {
  const address = projectAddress(project);
  const before = stored?.document ?? UNSET;
  const former = before.webhooks ?? [];
  const written = stored
    ? await deps.store.replace(address, next, stored.etag)
    : await deps.store.create(address, next);
  if (written.kind !== 'written') {
    await forgetHooks(deps, project, { gone: hooks, kept: former });
    return refuse({ kind: 'contended', what: `the settings of project ${project}` });
  }
  await forgetHooks(deps, project, { gone: former, kept: hooks });
  return accept({ document: next, generationBefore: before.generation, made });
}

function windowFindings({ maintenanceWindows = [] }: ProjectSettings, nowMs: EpochMs): readonly Finding[] {
  return maintenanceWindows.flatMap(({ cron }, index) =>
    cronFindings(cron, `/maintenanceWindows/${index}/cron`, nowMs),
  );
}
