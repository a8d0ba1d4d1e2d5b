/**
 * Results of kube-bench by section: what it prints with `--json`, read leniently, because the program is not ours and
 * its output came through a cluster that is not ours either.
 * Source: github.com/aquasecurity/kube-bench, check/controls.go and check/check.go (the JSON field names).
 */
import { z } from 'zod';
import type { JsonObject } from '../domain/cluster.ts';

export interface BenchCheck {
  /** `1.1.1` */
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly remediation?: string;
}

export interface BenchSection {
  /** `1.1` */
  readonly id: string;
  readonly title: string;
  /** What kind of node it is about: `master`, `node`, `etcd`. */
  readonly target?: string;
  readonly pass: number;
  readonly fail: number;
  readonly warn: number;
  readonly info: number;
  /** Those that did not pass. */
  readonly findings: readonly BenchCheck[];
}

const count = z.number().int().min(0).catch(0);
const text = z.string().catch('');

const CHECK = z.object({ test_number: text, test_desc: text, status: text, remediation: text });
const SECTION = z.object({
  section: text,
  desc: text,
  pass: count,
  fail: count,
  warn: count,
  info: count,
  results: z.array(CHECK).nullable().catch([]),
});
const CONTROL = z.object({ node_type: text, tests: z.array(SECTION).nullable().catch([]) });
const OUTPUT = z.object({ Controls: z.array(CONTROL) });

/** `undefined`: nothing that kube-bench prints. */
export function sectionsOf(data: JsonObject): readonly BenchSection[] | undefined {
  const output = OUTPUT.safeParse(data);
  if (!output.success) return undefined;
  return output.data.Controls.flatMap(({ node_type: target, tests }) =>
    (tests ?? []).map((section) => ({
      id: section.section,
      title: section.desc,
      ...(target === '' ? {} : { target }),
      pass: section.pass,
      fail: section.fail,
      warn: section.warn,
      info: section.info,
      findings: (section.results ?? []).filter(({ status }) => status !== 'PASS').map(findingOf),
    })),
  );
}

function findingOf({
  test_number: id,
  test_desc: title,
  status,
  remediation,
}: z.output<typeof CHECK>): BenchCheck {
  return { id, title, status, ...(remediation === '' ? {} : { remediation }) };
}

export function totalsOf(sections: readonly BenchSection[]): JsonObject {
  const sum = (of: (section: BenchSection) => number) => sections.reduce((total, one) => total + of(one), 0);
  return {
    pass: sum(({ pass }) => pass),
    fail: sum(({ fail }) => fail),
    warn: sum(({ warn }) => warn),
    info: sum(({ info }) => info),
  };
}
