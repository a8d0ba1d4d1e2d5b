/**
 * Settings of a project, stored as a whole. Those who act on them (health, operations, webhooks) read them here; an
 * absent part means their defaults.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { projectAddress } from '../api/auth/grants.ts';
import { cronFindings } from '../api/rules/schedules.ts';
import { coded } from '../api/schema-findings.ts';
import type { Deps } from '../deps.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Finding } from '../domain/findings.ts';
import { accept, invalid, type Outcome, refuse } from '../domain/refusal.ts';
import type { EpochMs } from '../domain/time.ts';
import { THRESHOLD_SETTINGS } from '../health/threshold-settings.ts';
import type { Stored, StoredDocument } from '../store/port.ts';

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
  webhooks: z
    .array(z.strictObject({ url: z.url({ protocol: /^https$/ }) }))
    .max(20)
    .optional(),
};

const SETTINGS = z.strictObject(SETTINGS_FIELDS);
export type ProjectSettings = z.output<typeof SETTINGS>;

export interface SettingsDocument extends StoredDocument {
  readonly type: 'project-settings';
  readonly settings: ProjectSettings;
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
}

export async function putSettings(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  at: { readonly project: string; readonly ifGeneration?: number },
  settings: ProjectSettings,
): Promise<Outcome<SettingsChange>> {
  const stored = await readSettings({ store }, at.project);
  const before = stored?.document ?? UNSET;
  const generationBefore = before.generation;
  if (at.ifGeneration !== undefined && at.ifGeneration !== before.generation) {
    return refuse({ kind: 'stale', generation: before.generation });
  }
  const wrong = windowFindings(settings, clock.now());
  if (wrong.length > 0) return invalid(...wrong);
  if (isDeepStrictEqual(settings, before.settings)) return accept({ document: before, generationBefore });
  const next: SettingsDocument = { ...UNSET, settings, generation: before.generation + 1 };
  const address = projectAddress(at.project);
  const written = stored
    ? await store.replace(address, next, stored.etag)
    : await store.create(address, next);
  if (written.kind === 'written') return accept({ document: next, generationBefore });
  return refuse({ kind: 'contended', what: `the settings of project ${at.project}` });
}

function windowFindings({ maintenanceWindows = [] }: ProjectSettings, nowMs: EpochMs): readonly Finding[] {
  return maintenanceWindows.flatMap(({ cron }, index) =>
    cronFindings(cron, `/maintenanceWindows/${index}/cron`, nowMs),
  );
}
