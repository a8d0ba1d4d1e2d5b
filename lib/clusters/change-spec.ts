/**
 * Every change of a cluster's spec: derived from the document, judged with the cloud, written with If-Match. When another
 * change comes first, all of it is done again on what that one left; a caller's own If-Match is refused instead.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Deps } from '../deps.ts';
import type { ClusterDocument, ClusterSpec } from '../domain/cluster.ts';
import { conflict, type Finding } from '../domain/findings.ts';
import { accept, invalid, type Outcome, type Refusal, refuse } from '../domain/refusal.ts';
import { changeCluster } from '../reconcile/change.ts';
import type { NewEvent } from '../reconcile/event-log.ts';
import { type Admission, type AdmissionDeps, admit } from './admission.ts';
import { type Changed, settle } from './changed.ts';
import { isError } from './create.ts';
import type { Derive } from './derive.ts';

type ChangeDeps = AdmissionDeps & Pick<Deps, 'queue' | 'clock' | 'logger'>;

export interface SpecChange {
  readonly document: ClusterDocument;
  readonly derive: Derive;
  readonly ifGeneration?: number;
  readonly strict: boolean;
  /** For logs: `pool-patched`. */
  readonly reason: string;
  event(before: ClusterSpec, after: ClusterSpec): NewEvent;
  /** What an error answers with when it meets a state instead of breaking a rule. */
  readonly conflicts?: ReadonlySet<string>;
}

/** Others' changes that one request outlives before it gives up, and how long it tries. Our choice. */
const TRIES = 50;
const PATIENCE_MS = 15_000;

export async function changeSpec(deps: ChangeDeps, change: SpecChange): Promise<Outcome<Changed>> {
  let { document } = change;
  if (change.ifGeneration !== undefined && change.ifGeneration !== document.generation) {
    return refuse({ kind: 'stale', generation: document.generation });
  }
  const begunAt = deps.clock.monotonic();
  for (let tries = 0; tries < TRIES && deps.clock.monotonic() - begunAt < PATIENCE_MS; tries += 1) {
    const assessed = await assessChange(deps, document, change);
    if (!assessed.ok) return assessed;
    const { spec, findings: warnings } = assessed.value;
    if (isDeepStrictEqual(spec, document.spec)) {
      return accept({ document, changed: false, generationBefore: document.generation, warnings });
    }
    const outcome = await write(deps, document, { ...document, spec }, change);
    if (outcome.kind !== 'stale' || change.ifGeneration !== undefined) {
      return settle(deps, document, outcome, warnings);
    }
    document = outcome.document;
  }
  return refuse({ kind: 'contended', what: `cluster ${document.name}` });
}

/** What the change would make of the document, or why it may not; nothing is written. */
export async function assessChange(
  deps: AdmissionDeps,
  document: ClusterDocument,
  change: Pick<SpecChange, 'derive' | 'strict' | 'conflicts'>,
): Promise<Outcome<Admission>> {
  if (document.deletedAt !== undefined) return invalid(deleting(document.name));
  const derived = change.derive(document);
  if (!derived.ok) return derived;
  const { project, profile, spec: before } = document;
  const admission = await admit(deps, {
    ...derived.value,
    project,
    profile,
    before,
    namesPools: true,
    strict: change.strict,
  });
  const findings = admission.findings.map((finding) => asConflict(finding, change.conflicts));
  return findings.some(isError) ? invalid(...findings) : accept({ ...admission, findings });
}

function asConflict(finding: Finding, conflicts: ReadonlySet<string> = new Set()): Finding {
  return conflicts.has(finding.code) ? { ...finding, status: 409 } : finding;
}

function write(deps: ChangeDeps, document: ClusterDocument, next: ClusterDocument, change: SpecChange) {
  return changeCluster<Refusal>(deps, {
    id: document.id,
    ifGeneration: document.generation,
    reason: change.reason,
    decide: (current) =>
      current.deletedAt === undefined
        ? {
            kind: 'change',
            document: { ...current, spec: next.spec },
            specChanged: true,
            events: [change.event(current.spec, next.spec)],
          }
        : { kind: 'refuse', because: { kind: 'invalid', findings: [deleting(document.name)] } },
  });
}

function deleting(name: string): Finding {
  return conflict('CLUSTER_DELETING', '', `Cluster ${name} is being deleted; it takes no changes any more.`);
}
