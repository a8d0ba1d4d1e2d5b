/** What the cloud part of every kind of cluster has in common: an account, texts of a form, and fields of other clouds. */
import { type Finding, violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';
import { DNS_LABEL } from './names.ts';

export function readAccount(given: unknown, path: string): Read<string> {
  return readText(given, DNS_LABEL, () =>
    violation('CLOUD_ACCOUNT_REQUIRED', path, 'Name a cloud account of this project.'),
  );
}

export function readText(given: unknown, pattern: RegExp, otherwise: () => Finding): Read<string> {
  return typeof given === 'string' && pattern.test(given) ? read(given) : read('', otherwise());
}

/** `clusters`: «AKS clusters». */
export function foreignFindings(
  given: CloudInput,
  fields: readonly (keyof CloudInput)[],
  clusters: string,
  path: string,
): readonly Finding[] {
  const present = fields.filter((field) => given[field] !== undefined);
  return present.map((field) =>
    violation('OPERATION_UNSUPPORTED', `${path}/${field}`, `${clusters} have no «${field}».`),
  );
}

/** A189: wherever in a cluster a proxy is named. */
export function proxyFindings(proxy: unknown, path: string): readonly Finding[] {
  const message = 'A proxy comes from the private cloud gateway that the cloud account is connected to.';
  return proxy === undefined ? [] : [violation('PROXY_REQUIRES_PCG', path, message)];
}
