/**
 * The helm program of the agent's image, as far as the agent uses it: releases are kept in Secrets of their namespaces as
 * helm keeps them, their objects are made through the API server with the agent's own rights. Charts are not fetched:
 * charts.ts says what they bring.
 */
import { z } from 'zod';
import { type KubeClient, kubeClient } from '../../agent/kube/client.ts';
import { type KubeObjects, kubeObjects, type ObjectRef } from '../../agent/kube/objects.ts';
import type { Helm, HelmCall, Http, ProgramResult, Time } from '../../agent/ports.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { Release } from './chart-objects.ts';
import { isHook } from './chart-roles.ts';
import { objectsOf } from './charts.ts';

/** That helm waits for pods before it gives up; less than the ten minutes that it is given, because clouds are faster here. */
const PATIENCE_MS = 60_000;
const POLL_MS = 1_000;

const Ref = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().exactOptional(),
});
const Stored = z.object({
  status: z.string(),
  revision: z.number(),
  chart: z.string(),
  objects: z.array(Ref),
});
type Stored = z.output<typeof Stored>;

const SecretShape = z.object({ data: z.object({ release: z.string() }) });
const Values = z.record(z.string(), z.json());

interface Run {
  readonly kube: KubeClient;
  readonly objects: KubeObjects;
  readonly time: Time;
  readonly signal: AbortSignal;
  /** Name and namespace of the release. */
  readonly release: string;
  readonly namespace: string;
}

class HelmError extends Error {
  override readonly name = 'HelmError';
}

export function simulatedHelm(http: Http, time: Time): Helm {
  return async (call) => {
    const [command, release = ''] = call.args;
    const kube = kubeClient(http, call.signal);
    const namespace = option(call, '--namespace') ?? 'default';
    const run = { kube, objects: kubeObjects(kube), time, signal: call.signal, release, namespace };
    try {
      return await carryOut(run, command, call);
    } catch (thrown) {
      if (!(thrown instanceof HelmError)) throw thrown;
      return { exitCode: 1, stdout: '', stderr: `Error: ${thrown.message}\n` };
    }
  };
}

function carryOut(run: Run, command: string | undefined, call: HelmCall): Promise<ProgramResult> {
  switch (command) {
    case 'status':
      return status(run);
    case 'upgrade':
      return upgrade(run, call);
    case 'uninstall':
      return uninstall(run);
    case 'rollback':
      return rollback(run);
    default:
      throw new HelmError(`unknown command "${command}" for "helm"`);
  }
}

function option({ args }: HelmCall, name: string): string | undefined {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}

const said = (stdout: string): ProgramResult => ({ exitCode: 0, stdout, stderr: '' });

async function status(run: Run): Promise<ProgramResult> {
  const stored = await load(run);
  if (stored === undefined) throw new HelmError('release: not found');
  const { release, namespace } = run;
  const info = { status: stored.status };
  return said(JSON.stringify({ name: release, namespace, version: stored.revision, info }));
}

async function upgrade(run: Run, call: HelmCall): Promise<ProgramResult> {
  const { release: name, namespace } = run;
  const chart = call.args[2]?.split('/').at(-1) ?? '';
  const values = Values.parse(JSON.parse(call.values ?? '{}'));
  const release: Release = { name, namespace, chart, version: option(call, '--version') ?? '', values };
  await put(run, { apiVersion: 'v1', kind: 'Namespace', name: namespace }, {});
  const before = await load(run);
  if (before?.status.startsWith('pending-')) {
    throw new HelmError('another operation (install/upgrade/rollback) is in progress');
  }
  const all = objectsOf(release);
  if (all === undefined) throw new HelmError("values don't meet the specifications of the schema(s)");
  const hooks = all.filter(isHook);
  const objects = all.filter((object) => !isHook(object));
  const refs = objects.map(refOf);
  const revision = (before?.revision ?? 0) + 1;
  const pending = before === undefined ? 'pending-install' : 'pending-upgrade';
  await save(run, { status: pending, revision, chart, objects: [...refs] });
  for (const object of hooks) await put(run, refOf(object), object);
  await removeAll(run, hooks.map(refOf).toReversed());
  for (const object of objects) await put(run, refOf(object), object);
  await removeAll(
    run,
    (before?.objects ?? []).filter((old) => !refs.some((ref) => isSame(ref, old))),
  );
  const isReady = await waited(run, refs);
  await save(run, { status: isReady ? 'deployed' : 'failed', revision, chart, objects: [...refs] });
  if (!isReady) throw new HelmError('UPGRADE FAILED: context deadline exceeded');
  return said(`Release "${name}" has been upgraded. Happy Helming!\n`);
}

async function uninstall(run: Run): Promise<ProgramResult> {
  const stored = await load(run);
  if (stored === undefined) return said(`release "${run.release}" not found\n`);
  await removeAll(run, stored.objects.toReversed());
  await run.objects.remove(secretRef(run), undefined);
  return said(`release "${run.release}" uninstalled\n`);
}

async function rollback(run: Run): Promise<ProgramResult> {
  const stored = await load(run);
  if (stored === undefined) throw new HelmError('release: not found');
  await save(run, { ...stored, status: 'deployed', revision: stored.revision + 1 });
  return said('Rollback was a success! Happy Helming!\n');
}

const Named = z.object({ metadata: z.object({ name: z.string(), namespace: z.string().exactOptional() }) });

function refOf(object: JsonObject): ObjectRef {
  const { metadata } = Named.parse(object);
  return { apiVersion: String(object.apiVersion), kind: String(object.kind), ...metadata };
}

const isSame = (a: ObjectRef, b: ObjectRef): boolean =>
  a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;

async function put({ objects }: Run, ref: ObjectRef, object: JsonObject): Promise<void> {
  const { apiVersion, kind, ...metadata } = ref;
  const applied = await objects.apply(ref, { apiVersion, kind, metadata, ...object });
  if (!applied.ok) throw new HelmError(applied.error.message);
}

/** What belongs to a definition goes with it, and it stays, as helm leaves those of its `crds` folder. */
async function removeAll({ objects }: Run, refs: readonly ObjectRef[]): Promise<void> {
  for (const ref of refs) {
    if (ref.kind === 'CustomResourceDefinition') continue;
    const removed = await objects.remove(ref, undefined);
    if (!removed.ok) throw new HelmError(removed.error.message);
  }
}

const Available = z.object({ status: z.object({ replicas: z.number(), availableReplicas: z.number() }) });

async function waited(run: Run, refs: readonly ObjectRef[]): Promise<boolean> {
  const deployments = refs.filter(({ kind }) => kind === 'Deployment');
  const untilMs = run.time.monotonic() + PATIENCE_MS;
  while (run.time.monotonic() < untilMs && !run.signal.aborted) {
    const live = await Promise.all(deployments.map((ref) => run.objects.get(ref)));
    const isDone = live.every((one) => {
      const seen = Available.safeParse(one.ok ? one.value : undefined);
      return seen.success && seen.data.status.availableReplicas >= seen.data.status.replicas;
    });
    if (isDone) return true;
    await run.time.sleep(POLL_MS, run.signal);
  }
  return false;
}

/** Helm keeps one Secret per revision; the newest is enough here. */
const secretRef = ({ release, namespace }: Run): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'Secret',
  name: `sh.helm.release.v1.${release}.v1`,
  namespace,
});

async function load(run: Run): Promise<Stored | undefined> {
  const found = await run.objects.get(secretRef(run));
  if (!found.ok) throw new HelmError(found.error.message);
  const secret = SecretShape.safeParse(found.value);
  if (!secret.success) return undefined;
  return Stored.parse(JSON.parse(Buffer.from(secret.data.data.release, 'base64').toString('utf8')));
}

async function save(run: Run, stored: Stored): Promise<void> {
  const ref = secretRef(run);
  const { name, namespace } = ref;
  await put(run, ref, {
    metadata: {
      name,
      namespace: namespace ?? '',
      labels: { owner: 'helm', name: run.release, status: stored.status, version: String(stored.revision) },
    },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(JSON.stringify(stored)).toString('base64') },
  });
}
