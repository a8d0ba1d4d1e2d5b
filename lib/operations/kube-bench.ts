/**
 * Results of kube-bench by section, as agents report them: read leniently, because what is in them came through a cluster
 * that is not ours.
 */
import { z } from 'zod';
import type { JsonObject } from '../domain/cluster.ts';

const count = z.int().min(0).catch(0);
const text = z.string().catch('');

const FINDING = z.object({
  /** `1.1.1` */
  check: text,
  status: text,
  description: text,
  remediation: text,
});

const SECTION = z.object({
  /** `1.1` */
  section: text,
  description: text,
  /** What kind of node it is about. */
  role: text,
  pass: count,
  fail: count,
  warn: count,
  info: count,
  /** Those that did not pass. */
  findings: z.array(FINDING).catch([]),
});
export type BenchSection = z.output<typeof SECTION>;

const REPORT = z.object({ sections: z.array(SECTION) });

/** `undefined`: no results of kube-bench. */
export function sectionsOf(data: JsonObject): readonly BenchSection[] | undefined {
  return REPORT.safeParse(data).data?.sections;
}

export function totalsOf(sections: readonly BenchSection[]): JsonObject {
  const sum = (of: (section: BenchSection) => number) =>
    sections.reduce((total, section) => total + of(section), 0);
  return {
    pass: sum(({ pass }) => pass),
    fail: sum(({ fail }) => fail),
    warn: sum(({ warn }) => warn),
    info: sum(({ info }) => info),
  };
}
