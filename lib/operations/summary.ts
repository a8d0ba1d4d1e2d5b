/** The little of a result that lists show, and what the control plane itself learns from one. Pure. */
import { z } from 'zod';
import { MAX_BACKUP_LOCATIONS, type OperationSpec } from '../domain/agent.ts';
import type { JsonObject } from '../domain/cluster.ts';
import { type EpochMs, toEpochMs } from '../domain/time.ts';
import type { OperationDocument } from './document.ts';
import { sectionsOf, totalsOf } from './kube-bench.ts';

/** Our choice: bounds the document that lists read. */
const MAX_FIELDS = 16;
const MAX_TEXT = 253;

/** kube-bench by its counts, everything else by its plain fields. */
export function summaryOf(spec: OperationSpec, data: JsonObject | undefined): JsonObject | undefined {
  if (data === undefined) return undefined;
  const sections = spec.kind === 'scan' && spec.scan === 'kubeBench' ? sectionsOf(data) : undefined;
  return sections ? totalsOf(sections) : plainFields(data);
}

function plainFields(data: JsonObject): JsonObject {
  const plain = Object.entries(data).filter(
    ([, value]) =>
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      (typeof value === 'string' && value.length <= MAX_TEXT),
  );
  return Object.fromEntries(plain.slice(0, MAX_FIELDS));
}

const NAME = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/);
const LOCATIONS = z.object({ locations: z.array(NAME).max(MAX_BACKUP_LOCATIONS) });

/** Names of the places for backups that the cluster has; `undefined`: not said, or not in such words. */
export function backupLocationsIn(data: JsonObject | undefined): readonly string[] | undefined {
  const parsed = LOCATIONS.safeParse(data);
  return parsed.success ? parsed.data.locations : undefined;
}

const EXPIRY = z.iso.datetime();

/** Until when Velero keeps it, as the agent reported it. */
export function backupExpiresMs({ summary }: OperationDocument): EpochMs | undefined {
  const expiry = EXPIRY.safeParse(summary?.expiresAt);
  return expiry.success ? toEpochMs(expiry.data) : undefined;
}

/** What Velero calls the backup: as the agent reported it, else as it was told to. */
export function backupName({ operation, summary }: OperationDocument): string {
  const name = NAME.safeParse(summary?.backup);
  return name.success ? name.data : operation;
}
