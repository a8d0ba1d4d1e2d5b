/** Availability zones as people name them (A151): each once, sorted. Which of them exist is the cloud's to say. */
import { violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';

/** None named, or an empty list: regional. Only pools that we make up ourselves get zones by default. */
export function readZones(given: unknown, path: string): Read<readonly string[]> {
  if (given === undefined) return read([]);
  if (!Array.isArray(given)) return read([], violation('ZONE_INVALID', path, 'zones is a list of zones.'));
  const items: readonly unknown[] = given;
  const findings = items.flatMap((zone, index) => {
    if (!isZone(zone)) return [violation('ZONE_INVALID', `${path}/${index}`, 'A zone is a text like «1».')];
    if (items.indexOf(zone) !== index) {
      return [violation('ZONE_INVALID', `${path}/${index}`, `Zone ${zone} is named twice.`)];
    }
    return [];
  });
  return read([...new Set(items.filter(isZone))].sort(), ...findings);
}

function isZone(zone: unknown): zone is string {
  return typeof zone === 'string' && /^[a-z0-9-]{1,32}$/.test(zone);
}
