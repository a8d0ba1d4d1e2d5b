/**
 * Reading a request piece by piece: each reader gives a value and what it found wrong. Where something is wrong the value
 * is a stand-in, so that the other rules can go on and everything comes in one answer; a request with an error among its
 * findings is never carried out.
 */
import type { Finding } from '../domain/findings.ts';

export interface Read<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

export function read<T>(value: T, ...findings: readonly Finding[]): Read<T> {
  return { value, findings };
}

export interface Collector {
  readonly findings: readonly Finding[];
  take<T>(result: Read<T>): T;
  add(findings: readonly Finding[]): void;
}

export function collector(): Collector {
  const findings: Finding[] = [];
  return {
    findings,
    take(result) {
      findings.push(...result.findings);
      return result.value;
    },
    add(more) {
      findings.push(...more);
    },
  };
}

/**
 * Both lists, without what the second only says because of an error in the first: a finding about the same place, about
 * something inside it or around it. A field that should not be there is no reason for anything else.
 */
export function withoutEchoes(first: readonly Finding[], second: readonly Finding[]): readonly Finding[] {
  const wrong = first
    .filter(({ severity, code }) => severity === 'error' && code !== 'UNKNOWN_FIELD')
    .map(({ path }) => path);
  const isEcho = ({ path }: Finding) => wrong.some((at) => isWithin(path, at) || isWithin(at, path));
  return [...first, ...second.filter((finding) => !isEcho(finding))];
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
}
