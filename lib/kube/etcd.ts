/**
 * etcd of a cluster that we run, asked through `etcdctl` in the etcd pod of one node: no port is opened for it and its
 * CA key stays where it is. What it prints is hostile input like every answer. Member ids are unsigned 64-bit numbers,
 * decimal in JSON, which JavaScript's numbers cannot hold, and hexadecimal on the command line.
 * Source: https://github.com/etcd-io/etcd/blob/main/etcdctl/README.md
 */
import { z } from 'zod';
import { ok, type Result } from '../domain/errors.ts';
import { unexpected } from './errors.ts';
import { type ExecOutcome, type Ran, runInContainer } from './exec.ts';
import type { ClientOptions } from './gate.ts';
import type { EtcdMember } from './self-managed.ts';

/** Where kubeadm keeps etcd's files; the server's certificate is good for clients too. */
const PKI = '/etc/kubernetes/pki/etcd';
const ETCDCTL = [
  'etcdctl',
  '--endpoints=https://127.0.0.1:2379',
  `--cacert=${PKI}/ca.crt`,
  `--cert=${PKI}/server.crt`,
  `--key=${PKI}/server.key`,
];

/**
 * Beside etcd's own data: that directory is the node's, so the file outlives the pod, and root alone may read it. The
 * image has no shell to make another one with. etcdctl writes the file aside and then puts it in the place of the last.
 */
const SNAPSHOT = '/var/lib/etcd/before-growth.db';

/** As `etcdctl member remove` takes it. */
const MemberId = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/))
  .transform((text) => BigInt(text).toString(16));

/** Zero values are left out of the JSON: a member that has not started has neither name nor client URLs. */
const Members = z.object({
  members: z
    .array(
      z.object({
        ID: MemberId,
        name: z.string().max(253).default(''),
        clientURLs: z.array(z.string()).nullish(),
        isLearner: z.boolean().default(false),
      }),
    )
    .max(64),
});

const Statuses = z.array(z.object({ Status: z.object({ leader: MemberId.default('0') }) })).max(64);

const Healths = z.array(z.object({ endpoint: z.string(), health: z.boolean() })).max(64);

export interface Etcd {
  members(via: string): Promise<Result<readonly EtcdMember[]>>;
  remove(via: string, memberId: string): Promise<Result<void>>;
  moveLeader(via: string, toMemberId: string): Promise<Result<void>>;
  /** The file's path on the node. */
  save(via: string): Promise<Result<string>>;
}

export function etcdThrough(options: ClientOptions): Etcd {
  const run = (via: string, operation: string, write: boolean, words: readonly string[]) =>
    runInContainer(options, {
      operation,
      write,
      namespace: 'kube-system',
      pod: `etcd-${via}`,
      container: 'etcd',
      command: [...ETCDCTL, ...words],
    });

  async function read<T>(
    via: string,
    operation: string,
    words: readonly string[],
    shape: z.ZodType<T>,
  ): Promise<Result<T>> {
    return parsed(operation, await run(via, operation, false, [...words, '--write-out=json']), shape);
  }

  return {
    async members(via) {
      const list = await read(via, 'etcd.memberList', ['member', 'list'], Members);
      if (!list.ok) return list;
      const [status, health] = await Promise.all([
        read(via, 'etcd.endpointStatus', ['endpoint', 'status'], Statuses),
        read(via, 'etcd.endpointHealth', ['endpoint', 'health', '--cluster'], Healths),
      ]);
      if (!status.ok) return status;
      if (!health.ok) return health;
      return ok(combined(list.value, status.value, health.value));
    },
    async remove(via, memberId) {
      const answer = await run(via, 'etcd.memberRemove', true, ['member', 'remove', memberId]);
      const isGone = answer.ok && /member not found/i.test(answer.value.stderr + answer.value.stdout);
      return isGone ? ok(undefined) : succeeded('etcd.memberRemove', answer);
    },
    async moveLeader(via, toMemberId) {
      return succeeded(
        'etcd.moveLeader',
        await run(via, 'etcd.moveLeader', true, ['move-leader', toMemberId]),
      );
    },
    async save(via) {
      const answer = await run(via, 'etcd.snapshotSave', true, ['snapshot', 'save', SNAPSHOT]);
      const saved = succeeded('etcd.snapshotSave', answer);
      return saved.ok ? ok(SNAPSHOT) : saved;
    },
  };
}

function combined(
  { members }: z.output<typeof Members>,
  statuses: z.output<typeof Statuses>,
  healths: z.output<typeof Healths>,
): readonly EtcdMember[] {
  const leader = statuses[0]?.Status.leader;
  // The check of an endpoint commits a read through consensus, and fails while an alarm is raised.
  const healthy = new Set(healths.filter(({ health }) => health).map(({ endpoint }) => endpoint));
  return members.map(({ ID, name, clientURLs, isLearner }) => ({
    id: ID,
    name,
    started: name !== '',
    learner: isLearner,
    leader: ID === leader,
    healthy: (clientURLs ?? []).some((url) => healthy.has(url)),
  }));
}

/** The exit code does not matter where JSON came: `endpoint health` fails for one dead member of five and names it. */
function parsed<T>(operation: string, answer: ExecOutcome, shape: z.ZodType<T>): Result<T> {
  if (!answer.ok) return answer;
  const value = shape.safeParse(fromJson(answer.value.stdout));
  if (value.success) return ok(value.data);
  return answer.value.exitCode === 0
    ? { ok: false, error: unexpected(operation, 'etcd answered something else than it was asked for.') }
    : refused(operation, answer.value);
}

function succeeded(operation: string, answer: ExecOutcome): Result<void> {
  if (!answer.ok) return answer;
  return answer.value.exitCode === 0 ? ok(undefined) : refused(operation, answer.value);
}

/** etcdctl says why on its standard error; one line of it is for people. */
function refused(operation: string, { stderr, exitCode }: Ran): Result<never> {
  const why = stderr.match(/"error":\s*"([^"]{1,200})"|Error:\s*([^\r\n]{1,200})/);
  const words = (why?.[1] ?? why?.[2] ?? `etcdctl ended with ${exitCode}`).replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return {
    ok: false,
    error: {
      code: 'Unavailable',
      message: `etcd: ${words.trim()}`,
      source: `kube:${operation}:Exit${exitCode}`,
    },
  };
}

/** Integers beyond what a number holds are kept as the text they were. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) ? (context?.source ?? value) : value,
    );
  } catch {
    return undefined;
  }
}
