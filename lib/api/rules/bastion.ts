/** The bastion: the single way in to machines that have no public address (A205 to A207). */
import type { BastionSpec } from '../../domain/cluster.ts';
import { type Finding, violation, warning } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';
import { readAllowedRanges } from './allowed-ranges.ts';

type BastionInput = NonNullable<CloudInput['bastion']>;

/** Absent: there is one, and nobody is let in yet. */
export function readBastion(given: BastionInput = {}, path: string): Read<BastionSpec> {
  const { enabled = true, rdp = false } = given;
  const ranges = readAllowedRanges(given.allowedCidrs, `${path}/allowedCidrs`);
  const allowedCidrs = ranges.value ?? [];
  return read(
    { enabled, allowedCidrs, rdp },
    ...ranges.findings,
    ...openFindings(allowedCidrs, `${path}/allowedCidrs`),
    ...(enabled ? [] : uselessFindings(given, path)),
  );
}

function openFindings(allowedCidrs: readonly string[], path: string): readonly Finding[] {
  if (!allowedCidrs.includes('0.0.0.0/0')) return [];
  return [
    warning(
      'OPEN_INGRESS',
      path,
      'The whole Internet may reach the bastion.',
      'Name the ranges you come from.',
    ),
  ];
}

/** What is said of a bastion that is not wanted would open nothing, whatever its owner thinks. */
function uselessFindings({ allowedCidrs, rdp }: BastionInput, path: string): readonly Finding[] {
  const said = [...(allowedCidrs === undefined ? [] : ['allowedCidrs']), ...(rdp === true ? ['rdp'] : [])];
  return said.map((field) =>
    violation('BASTION_FIELDS_UNEXPECTED', `${path}/${field}`, `Without a bastion there is no «${field}».`),
  );
}
