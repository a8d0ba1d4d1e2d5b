/**
 * Tags of AWS clusters: they go on roles and load balancers too, whose services take fewer characters than EC2 does.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
 */
import { type Finding, violation } from '../../domain/findings.ts';
import type { Pair } from './tags.ts';

const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export function awsTagFindings({ key, value, path }: Pair): readonly Finding[] {
  if (/^aws:/i.test(key)) {
    return [violation('TAG_RESERVED', path, 'Tags that begin with «aws:» are reserved by AWS.')];
  }
  if (/^name$/i.test(key)) {
    const message = 'The tag «Name» is what the console of AWS shows; each resource has one of its own.';
    return [violation('TAG_RESERVED', path, message)];
  }
  if (TEXT.test(key) && TEXT.test(value)) return [];
  return [
    violation('TAG_FORMAT', path, 'On AWS a tag has letters, digits, blanks and _ . : / = + - @ only.'),
  ];
}
