/**
 * One request as the command that HTTP runs too: same rules, same refusals. It acts as `service:requests`, editor in the
 * projects of the setting. Deleting needs no `confirm`: that asks a person whether they mean it, and a message names
 * both the deletion and the cluster.
 */

import { type Caller, includesRole } from '../api/auth/caller.ts';
import { grantIn, seesWith } from '../api/auth/grants.ts';
import { renderCluster, renderPoolOf } from '../api/render-cluster.ts';
import type { ClusterView, PoolObjectView } from '../api/schemas/views.ts';
import type { Changed } from '../clusters/changed.ts';
import { createCluster } from '../clusters/create.ts';
import { addPool, changePool, type EditDeps, patchCluster, removePool } from '../clusters/edit.ts';
import { isObject } from '../clusters/merge-patch.ts';
import { findCluster } from '../clusters/read.ts';
import { reconcileNow, removeCluster } from '../clusters/remove.ts';
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { violation } from '../domain/findings.ts';
import { accept, invalid, notFound, type Outcome } from '../domain/refusal.ts';
import type { RequestMessage } from './message.ts';

export const SUBJECT = 'service:requests';

type CommandDeps = EditDeps & Pick<Deps, 'ids' | 'config'>;

export type Commanded = Omit<Changed, 'generationBefore'> & {
  readonly generationBefore?: number;
  /** What HTTP answers too: the cluster, or the pool that the command was about. */
  readonly object: ClusterView | PoolObjectView | undefined;
};

export async function runCommand(deps: CommandDeps, message: RequestMessage): Promise<Outcome<Commanded>> {
  const grant = await grantIn(deps, callerOf(deps), message.project, { beAbsent: false });
  if (!grant || !includesRole(grant.role, 'editor')) return notFound('project', message.project);
  if (message.type === 'cluster.create') return create(deps, message);
  const document = await findCluster(deps, message.project, message.cluster);
  if (!document || !seesWith(grant)(document.spec.tags)) return notFound('cluster', message.cluster);
  const outcome = await change(deps, message, document);
  if (!outcome.ok) return outcome;
  return accept({ ...outcome.value, object: objectOf(message, document, outcome.value.document) });
}

function callerOf({ config }: Pick<Deps, 'config'>): Caller {
  const roles = Object.fromEntries(config.requestsProjects.map((project) => [project, 'editor'] as const));
  return { subject: SUBJECT, kind: 'service', roles };
}

async function create(deps: CommandDeps, message: RequestMessage): Promise<Outcome<Commanded>> {
  const { project, cluster, body = {} } = message;
  if (isObject(body) && body.name !== undefined && body.name !== cluster) {
    return invalid(violation('NAME_INVALID', '/name', 'The name in the body is not the one of the message.'));
  }
  const raw = isObject(body) ? { ...body, name: cluster } : body;
  const outcome = await createCluster(deps, { project, who: SUBJECT, raw, strict: false });
  if (!outcome.ok) return outcome;
  return accept({ ...outcome.value, changed: true, object: renderCluster(outcome.value.document) });
}

type Change = Exclude<RequestMessage, { readonly type: 'cluster.create' }>;

async function change(
  deps: CommandDeps,
  message: Change,
  document: ClusterDocument,
): Promise<Outcome<Changed>> {
  if ('pool' in message && !hasPool(document, message.pool)) return notFound('pool', message.pool);
  const edit = { document, strict: false };
  switch (message.type) {
    case 'cluster.patch':
      return patchCluster(deps, edit, message.body);
    case 'cluster.delete':
      return removeCluster(deps, { document });
    case 'cluster.reconcile':
      return reconcileNow(deps, { document });
    case 'pool.create':
      return addPool(deps, edit, message.body);
    case 'pool.patch':
      return changePool(deps, edit, message.pool, message.body);
    case 'pool.delete':
      return removePool(deps, edit, message.pool);
  }
}

function objectOf(message: Change, before: ClusterDocument, after: ClusterDocument): Commanded['object'] {
  switch (message.type) {
    case 'cluster.patch':
    case 'cluster.delete':
    case 'cluster.reconcile':
      return renderCluster(after);
    case 'pool.create':
      return renderPoolOf(after, nameOf(message.body));
    case 'pool.patch':
      return renderPoolOf(after, message.pool);
    case 'pool.delete':
      return renderPoolOf({ ...after, spec: before.spec }, message.pool);
  }
}

function nameOf(body: unknown): string {
  return isObject(body) && typeof body.name === 'string' ? body.name : '';
}

function hasPool({ spec }: ClusterDocument, name: string): boolean {
  return spec.pools.some((pool) => pool.name === name);
}
