/** kube-bench: `run [--targets a,b] [--json]`. The shape of its JSON: github.com/aquasecurity/kube-bench, check package. */
import type { Cluster } from '../cluster.ts';
import { type CheckStatus, CONTROLS, type Control } from './cis-checks.ts';
import { hasWord, optionOf, type Program, type Started } from './program.ts';

const BENCHMARK = 'cis-1.10';

export const kubeBench: Program = {
  durationMs: () => 40_000,
  run(started) {
    const controls = CONTROLS.filter(({ target }) => targetsOf(started).includes(target));
    const log = hasWord(started.words, '--json')
      ? `${JSON.stringify(report(started.cluster, controls))}\n`
      : text(controls);
    return { exitCode: 0, log };
  },
};

/** Told, or found by what runs on the node. */
function targetsOf({ words, cluster, node }: Started): readonly string[] {
  const told = optionOf(words, '--targets') ?? optionOf(words, '-s');
  if (told !== undefined) return told.split(',');
  const machine = cluster.machines.find(({ name }) => name === node);
  const isControlPlane = machine?.kubeadm?.controlPlane !== undefined;
  return isControlPlane ? ['master', 'etcd', 'controlplane', 'node', 'policies'] : ['node', 'policies'];
}

function report({ version }: Cluster, controls: readonly Control[]) {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.');
  return {
    Controls: controls.map(({ id, target, text: title, sections }) => ({
      id,
      version: BENCHMARK,
      detected_version: `${major}.${minor}`,
      text: title,
      node_type: target,
      tests: sections.map(({ section, text: desc, checks }) => ({
        section,
        ...counts(
          '',
          checks.map(({ status }) => status),
        ),
        desc,
        results: checks.map(({ number, text: words, status }) => ({
          test_number: number,
          test_desc: words,
          status,
          scored: status !== 'WARN',
          ...(status === 'PASS' ? {} : { remediation: `Put right: ${words}.` }),
        })),
      })),
      ...counts('total_', statuses([{ sections }])),
    })),
    Totals: counts('total_', statuses(controls)),
  };
}

const statuses = (controls: readonly Pick<Control, 'sections'>[]): readonly CheckStatus[] =>
  controls.flatMap(({ sections }) => sections.flatMap(({ checks }) => checks.map(({ status }) => status)));

function counts(prefix: string, of: readonly CheckStatus[]): Readonly<Record<string, number>> {
  const all = (['PASS', 'FAIL', 'WARN', 'INFO'] as const).map((status) => [
    `${prefix}${status.toLowerCase()}`,
    of.filter((one) => one === status).length,
  ]);
  return Object.fromEntries(all);
}

function text(controls: readonly Control[]): string {
  const lines = controls.flatMap(({ id, text: title, sections }) => [
    `[INFO] ${id} ${title}`,
    ...sections.flatMap(({ section, text: words, checks }) => [
      `[INFO] ${section} ${words}`,
      ...checks.map((one) => `[${one.status}] ${one.number} ${one.text}`),
    ]),
  ]);
  const { pass, fail, warn, info } = counts('', statuses(controls));
  const total = [`${pass} checks PASS`, `${fail} checks FAIL`, `${warn} checks WARN`, `${info} checks INFO`];
  return `${[...lines, '', '== Summary total ==', ...total].join('\n')}\n`;
}
