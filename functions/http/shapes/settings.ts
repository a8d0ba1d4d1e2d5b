/** Settings of a project as they go in and out. */
import { z } from 'zod';
import { etagOf } from '../../../lib/api/etag.ts';
import { SETTINGS_FIELDS, type SettingsDocument } from '../../../lib/projects/settings.ts';

export const SETTINGS_BODY = z.strictObject({ ...SETTINGS_FIELDS, generation: z.unknown().optional() });
export const SETTINGS_VIEW = z.object({ ...SETTINGS_FIELDS, generation: z.int() });

export function toSettings({ settings, generation }: SettingsDocument) {
  return { ...settings, generation };
}

export function settingsEtag({ generation }: SettingsDocument): string {
  return etagOf({ generation, revision: 0 });
}
