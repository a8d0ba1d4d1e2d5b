/** Availability zones as people name them (A151): each once, sorted. Which of them exist is the cloud's to say. */
import type { CloudConfig } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';

export interface ZoneRules {
  /** The zone's full name; `undefined`: no zone is called so. */
  nameOf(zone: string): string | undefined;
  readonly example: string;
}

/** Where pools that name no zones are in all of them: a machine of EC2 is always in one. On AKS they are regional. */
const ALWAYS_ZONED = { aks: false, aws: true } as const satisfies Record<CloudConfig['type'], boolean>;

export function isAlwaysZoned({ type }: CloudConfig): boolean {
  return ALWAYS_ZONED[type];
}

export function readZones(given: unknown, rules: ZoneRules, path: string): Read<readonly string[]> {
  if (given === undefined) return read([]);
  if (!Array.isArray(given)) return read([], violation('ZONE_INVALID', path, 'zones is a list of zones.'));
  const items: readonly unknown[] = given;
  const names = items.map((item) => (typeof item === 'string' ? rules.nameOf(item) : undefined));
  const findings = names.flatMap((name, index): readonly Finding[] => {
    if (name === undefined) {
      return [violation('ZONE_INVALID', `${path}/${index}`, `A zone is a text like «${rules.example}».`)];
    }
    if (names.indexOf(name) === index) return [];
    return [violation('ZONE_INVALID', `${path}/${index}`, `Zone ${name} is named twice.`)];
  });
  return read([...new Set(names.filter((name) => name !== undefined))].sort(), ...findings);
}
