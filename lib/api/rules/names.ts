/** Names of clusters and of what else a project holds (A12). */
import { type Finding, violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';

/** RFC 1123 as Kubernetes narrows it: 1 to 63. */
export const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

export function readName(given: unknown, path: string): Read<string> {
  if (typeof given === 'string' && DNS_LABEL.test(given)) return read(given);
  return read('', nameInvalid(path));
}

function nameInvalid(path: string): Finding {
  return violation(
    'NAME_INVALID',
    path,
    'A name has 1 to 63 lower-case letters, digits and hyphens, and begins and ends with a letter or digit.',
  );
}
