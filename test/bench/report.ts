/** What a benchmark found, as rows of one shape: for people a table, for machines JSON. */

export interface Finding {
  readonly what: string;
  /** What physics and the cloud's contract leave at best; absent where there is no such thing. */
  readonly floor?: number;
  /** Over all seeds. */
  readonly p50: number;
  readonly max: number;
  readonly unit: string;
  /** The most that `max` may be. `required`: missing it fails the run. */
  readonly target?: { readonly atMost: number; readonly required: boolean };
}

export interface Report {
  readonly title: string;
  readonly findings: readonly Finding[];
  /** Lines below the table. */
  readonly notes: readonly string[];
}

/** Of sorted or unsorted values; nearest rank. 0 when there are none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

export function finding(
  what: string,
  unit: string,
  values: readonly number[],
  more: Pick<Finding, 'floor' | 'target'> = {},
): Finding {
  return { what, unit, p50: percentile(values, 0.5), max: percentile(values, 1), ...more };
}

export function isMet({ max, target }: Finding): boolean {
  return target === undefined || max <= target.atMost;
}

/** What a run must not miss, and missed. */
export function missed(reports: readonly Report[]): readonly string[] {
  return reports.flatMap(({ title, findings }) =>
    findings
      .filter((one) => one.target?.required && !isMet(one))
      .map((one) => `${title}: ${one.what} is ${shown(one.max)}, at most ${one.target?.atMost} is promised`),
  );
}

const HEADER = ['', 'floor', 'p50', 'max', 'ratio', 'target', 'ok'] as const;

export function table({ title, findings, notes }: Report): string {
  const rows = [HEADER, ...findings.map(cells)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => padded(cell, widths[column] ?? 0, column)).join('  '),
  );
  return [title, ...lines.map((line) => `  ${line.trimEnd()}`), ...notes.map((note) => `  ${note}`), ''].join(
    '\n',
  );
}

function cells(one: Finding): readonly string[] {
  const { floor, target } = one;
  return [
    `${one.what} [${one.unit}]`,
    floor === undefined ? '' : shown(floor),
    shown(one.p50),
    shown(one.max),
    floor === undefined || floor === 0 ? '' : (one.p50 / floor).toFixed(2),
    target === undefined ? '' : `${target.required ? '' : 'goal '}<= ${shown(target.atMost)}`,
    target === undefined ? '' : isMet(one) ? 'yes' : 'NO',
  ];
}

function padded(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function shown(value: number): string {
  return Number.isInteger(value) || value >= 1000
    ? String(Math.round(value))
    : value.toFixed(value < 10 ? 2 : 1);
}
