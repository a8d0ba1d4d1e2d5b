/** The cluster's cloud, opened for one question of the API: reads only, so that nothing of a pass can happen here. */
import { accountAccess } from '../accounts/access.ts';
import type { CallGuard, Cloud } from '../clouds/port.ts';
import type { Deps } from '../deps.ts';
import type { ClusterDocument, ClusterView, LedgerEntry } from '../domain/cluster.ts';
import { fail, type Result } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import { viewOf } from '../reconcile/view.ts';

export type QuestionDeps = Pick<Deps, 'store' | 'secrets' | 'clouds'>;

/** Reads go out, writes never: a question that would change something is a bug, and is stopped here. */
export const READS_ONLY: CallGuard = {
  admit: ({ verb }) => (verb === 'read' ? undefined : { why: 'deadline' }),
  settled: () => {},
};

/** `NotFound` as long as the cluster has none. */
export function adminKubeconfig(deps: QuestionDeps, document: ClusterDocument): Promise<Result<Secret>> {
  return ask(deps, document, (cloud, ctx, view) => cloud.kubeconfig(ctx, view));
}

export function liveResources(
  deps: QuestionDeps,
  document: ClusterDocument,
): Promise<Result<readonly LedgerEntry[]>> {
  return ask(deps, document, (cloud, ctx, view) => cloud.liveResources(ctx, view));
}

async function ask<T>(
  deps: QuestionDeps,
  document: ClusterDocument,
  question: (cloud: Cloud, ctx: unknown, view: ClusterView) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { project, spec } = document;
  const cloud = deps.clouds.cloud(spec.cloud.type);
  const access = await accountAccess(deps, project, spec.cloud.account);
  if (!cloud || !access) {
    const message = `Cloud account ${spec.cloud.account} is missing.`;
    return fail({ code: 'Unauthorized', message, source: 'slipway:accountAccess' });
  }
  const view = viewOf(document);
  return question(cloud, cloud.open(access, view, READS_ONLY), view);
}
