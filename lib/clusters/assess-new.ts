/** A request for a new cluster, judged whole: what create would store, or everything that keeps it from being stored. */
import { parseCluster } from '../api/parse-cluster.ts';
import { withoutEchoes } from '../api/read.ts';
import { pointer } from '../api/schema-findings.ts';
import type { Deps } from '../deps.ts';
import type { ClusterDocument, ClusterSpec } from '../domain/cluster.ts';
import { conflict, type Finding, violation } from '../domain/findings.ts';
import { asClusterId } from '../domain/ids.ts';
import type { ProfileVersion } from '../domain/profile.ts';
import { compositionFindings } from '../profiles/composition.ts';
import { strangerFindings } from '../profiles/overrides.ts';
import { readProfile } from '../profiles/store.ts';
import { admit } from './admission.ts';
import { newCluster } from './new-cluster.ts';
import { isNameFree } from './store-new.ts';

export type AssessDeps = Pick<Deps, 'store' | 'secrets' | 'clouds' | 'clock' | 'ids'>;

export interface NewRequest {
  readonly project: string;
  /** Subject of the caller. */
  readonly who: string;
  /** The body as it came. */
  readonly raw: unknown;
  /** Warnings of preflight refuse the request. */
  readonly strict: boolean;
}

export interface Assessment {
  /** Present when there was enough to build it from; only without errors among the findings may it be stored. */
  readonly document?: ClusterDocument;
  readonly findings: readonly Finding[];
}

export async function assessNew(deps: AssessDeps, request: NewRequest): Promise<Assessment> {
  const parsed = parseCluster(request.raw, deps.clock.now());
  const { name, spec, namesPools } = parsed;
  const [taken, chosen] = await Promise.all([
    nameFindings(deps, request.project, name),
    spec && chooseProfile(deps, request.project, spec),
  ]);
  const findings = withoutEchoes(parsed.findings, [...taken, ...(chosen?.findings ?? [])]);
  if (!spec || !chosen?.profile) return { findings };
  const { profile } = chosen;
  const admission = await admit(deps, {
    project: request.project,
    spec,
    profile,
    findings: withoutEchoes(
      findings,
      strangerFindings(profile, spec.packOverrides, (pack) => pointer(['packOverrides', pack])),
    ),
    namesPools,
    asksCloud: true,
    strict: request.strict,
  });
  const { project, who } = request;
  const id = asClusterId(deps.ids.uuid());
  const newborn = { id, project, name, spec: admission.spec, profile, createdBy: who };
  return { document: newCluster(newborn, deps.clock.now()), findings: admission.findings };
}

async function nameFindings(
  deps: Pick<Deps, 'store' | 'clock'>,
  project: string,
  name: string,
): Promise<readonly Finding[]> {
  return name === '' || (await isNameFree(deps, project, name)) ? [] : [nameTaken(name)];
}

export function nameTaken(name: string): Finding {
  return conflict('NAME_TAKEN', '/name', `The project has a cluster named ${name} already.`);
}

interface Chosen {
  /** Also when it is made for another cloud: the other rules can still be judged. */
  readonly profile?: ProfileVersion;
  readonly findings: readonly Finding[];
}

async function chooseProfile(
  deps: Pick<Deps, 'store'>,
  project: string,
  { profile: { name, version }, cloud }: ClusterSpec,
): Promise<Chosen> {
  if (name === '' || version === '') return { findings: [] };
  const stored = await readProfile(deps, project, name, version);
  if (!stored) {
    const message = `The project has no profile ${name} in version ${version}.`;
    return { findings: [violation('PROFILE_NOT_FOUND', '/profile', message)] };
  }
  const { profile } = stored;
  if (profile.cloudType === cloud.type)
    return { profile, findings: compositionFindings(profile, '/profile') };
  const message = `Profile ${name} ${version} is made for ${profile.cloudType}, the cluster is of type ${cloud.type}.`;
  return { profile, findings: [violation('PROFILE_CLOUD_MISMATCH', '/profile', message)] };
}
