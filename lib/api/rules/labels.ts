/**
 * Labels and taints of nodes: the syntax that Kubernetes has for them, and the prefix that AKS keeps for itself.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */

import { z } from 'zod';
import type { Tags } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import type { Taint } from '../../domain/pool.ts';
import { type Read, read } from '../read.ts';
import { pointer } from '../schema-findings.ts';

const NAME = /^[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
/** https://learn.microsoft.com/azure/aks/use-labels#reserved-system-labels */
const RESERVED_PREFIX = /(?:^|\.)(?:kubernetes\.azure\.com|kubernetes\.io|k8s\.io|slipway\.io)$/;
const MAX_LABELS = 64;

export function readLabels(given: unknown, path: string): Read<Tags> {
  if (given === undefined) return read({});
  const parsed = z.record(z.string(), z.unknown()).safeParse(given);
  if (!parsed.success) return read({}, invalid(path, 'labels is a map of texts.'));
  const entries = Object.entries(parsed.data);
  const findings = entries.flatMap(([key, value]) => labelFindings(key, value, path + pointer([key])));
  const tooMany = entries.length > MAX_LABELS ? [invalid(path, `At most ${MAX_LABELS} labels.`)] : [];
  const labels = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return read(Object.fromEntries(labels), ...findings, ...tooMany);
}

function labelFindings(key: string, value: unknown, path: string): readonly Finding[] {
  if (!isQualifiedName(key)) return [invalid(path, 'The key is no Kubernetes label key.')];
  if (RESERVED_PREFIX.test(prefixOf(key)))
    return [invalid(path, 'Labels with this prefix are made by Kubernetes or by us.')];
  return isLabelValue(value) ? [] : [invalid(path, 'The value is no Kubernetes label value.')];
}

function invalid(path: string, message: string): Finding {
  return violation('LABEL_INVALID', path, message);
}

const TAINT = z.strictObject({
  key: z.string().refine(isQualifiedName),
  value: z.string().refine(isLabelValue).optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
});

export function readTaints(given: unknown, path: string): Read<readonly Taint[]> {
  if (given === undefined) return read([]);
  if (!Array.isArray(given)) return read([], violation('TAINT_INVALID', path, 'taints is a list.'));
  const items: readonly unknown[] = given;
  const reads = items.map((item, index) => readTaint(item, `${path}/${index}`));
  return read(
    reads.map(({ value }) => value).filter((taint) => taint !== undefined),
    ...reads.flatMap(({ findings }) => findings),
  );
}

function readTaint(item: unknown, path: string): Read<Taint | undefined> {
  const parsed = TAINT.safeParse(item);
  if (!parsed.success) {
    const message =
      'A taint has a key, an effect (NoSchedule, PreferNoSchedule, NoExecute) and perhaps a value.';
    return read(undefined, violation('TAINT_INVALID', path, message));
  }
  const { key, value, effect } = parsed.data;
  return read({ key, effect, ...(value === undefined ? {} : { value }) });
}

function isQualifiedName(key: string): boolean {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  return parts.length <= 2 && NAME.test(name) && (parts.length === 1 || PREFIX.test(parts[0] ?? ''));
}

function prefixOf(key: string): string {
  return key.includes('/') ? (key.split('/')[0] ?? '') : '';
}

function isLabelValue(value: unknown): value is string {
  return value === '' || (typeof value === 'string' && NAME.test(value));
}
