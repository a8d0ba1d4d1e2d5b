/**
 * People change the tags of a cluster, and everything that exists by then gets the new ones in place (A182). New things
 * carry them from the start, so nothing is asked or written until a change.
 */
import type { ClusterView, JsonObject, Tags } from '../../../domain/cluster.ts';
import { ok } from '../../../domain/errors.ts';
import { act, done, type Step } from '../../../domain/plan.ts';
import type { OwnedResource } from '../../port.ts';
import { ACCOUNT_STEP, byZoneOf } from '../network/outputs.ts';
import { TAGS_STEP } from '../outputs.ts';
import type { OwnedPort } from '../owned/port.ts';
import { isOwnTag } from '../tags.ts';

export interface TagsContext {
  readonly owned: OwnedPort;
}

export interface TagsDesired {
  readonly tags: Tags;
  /** Absent in the first pass of a cluster's life. */
  readonly applied?: Tags;
}

export interface TagsAction {
  readonly resources: readonly OwnedResource[];
  readonly put: Tags;
  readonly take: Tags;
}

export const tagsStep: Step<TagsContext, TagsDesired, readonly OwnedResource[], TagsAction> = {
  name: TAGS_STEP,
  title: 'Keep the tags of the cluster',
  condition: 'CreatingInfrastructure',
  after: [ACCOUNT_STEP],
  desired: desiredTags,
  async observe({ owned }, desired) {
    return isDue(desired) ? owned.list() : ok([]);
  },
  plan(desired, resources) {
    if (!isDue(desired)) return done('TagsReady');
    const { tags, applied = {} } = desired;
    const take = Object.fromEntries(Object.entries(applied).filter(([key]) => tags[key] === undefined));
    return act({ resources, put: tags, take }, 'ChangingTags');
  },
  async act({ owned }, { tags }, { resources, put, take }) {
    const changed = await owned.retag(resources, { put, take });
    if (!changed.ok) return changed;
    return ok({ event: 'Changed the tags of all resources', outputs: appliedOf(tags), lookAfterMs: 0 });
  },
  read: ({ tags, applied }) => (applied === undefined ? { outputs: appliedOf(tags) } : {}),
};

function desiredTags(view: ClusterView): TagsDesired | undefined {
  if (view.deleting) return undefined;
  const tags = Object.fromEntries(Object.entries(view.spec.tags).filter(([key]) => !isOwnTag(key)));
  const { applied } = view.outputs(TAGS_STEP);
  return { tags, ...(applied === undefined ? {} : { applied: byZoneOf(applied) }) };
}

function isDue({ tags, applied }: TagsDesired): boolean {
  if (applied === undefined) return false;
  const keys = new Set([...Object.keys(tags), ...Object.keys(applied)]);
  return [...keys].some((key) => tags[key] !== applied[key]);
}

const appliedOf = (tags: Tags): JsonObject => ({ applied: { ...tags } });
