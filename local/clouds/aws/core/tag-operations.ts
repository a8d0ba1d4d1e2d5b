/** CreateTags, DeleteTags and DescribeTags, over every kind of resource that takes tags. */
import { z } from 'zod';
import type { Call } from './call.ts';
import { AwsFault, missing } from './fault.ts';
import { applyFilters, type FilterTable } from './filters.ts';
import { type Operations, operation } from './operation.ts';
import { checkMaxResults, pageOf } from './paging.ts';
import { list, paged, tag, text } from './parameters.ts';
import { type Tags, tagsOf, withinLimit } from './tags.ts';
import type { Target } from './target.ts';
import { sees } from './visibility.ts';
import type { World } from './world.ts';

const MAX_RESOURCES = 1000;

interface Shown {
  readonly key: string;
  readonly resourceId: string;
  readonly resourceType: string;
  readonly value: string;
}

const FILTERS: FilterTable<Shown> = {
  key: ({ key }) => key,
  value: ({ value }) => value,
  'resource-id': ({ resourceId }) => resourceId,
  'resource-type': ({ resourceType }) => resourceType,
};

/** All or none of the resources change. */
function retagAll(world: World, call: Call, ids: readonly string[], change: (tags: Tags) => Tags): void {
  if (ids.length === 0) throw missing('resourceIdSet');
  if (ids.length > MAX_RESOURCES)
    throw new AwsFault(
      'InvalidParameterValue',
      `At most ${MAX_RESOURCES} resources can be tagged at a time.`,
    );
  for (const id of ids) {
    const target = targetOf(world, id);
    if (!target.retag(world, call, id, change))
      throw new AwsFault(target.notFound, `The ${target.type} ID '${id}' does not exist`);
  }
}

function targetOf(world: World, id: string): Target {
  const target = world.targets.find(({ prefix }) => prefix === id.slice(0, id.lastIndexOf('-')));
  if (!target) throw new AwsFault('InvalidID', `The ID '${id}' is not valid`);
  return target;
}

function without(tags: Tags, wanted: readonly { Key: string; Value?: string | undefined }[]): Tags {
  if (wanted.length === 0) return {};
  const goes = (key: string, value: string) =>
    wanted.some((each) => each.Key === key && (each.Value === undefined || each.Value === value));
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => !goes(key, value)));
}

export const tagOperations: Operations = {
  CreateTags: operation({
    input: z.strictObject({ ResourceId: list(text), Tag: list(tag) }),
    handle(world, call) {
      const { ResourceId, Tag } = call.params;
      if (Tag.length === 0) throw missing('Tags');
      const added = tagsOf(Tag);
      retagAll(world, call, ResourceId, (tags) => withinLimit({ ...tags, ...added }));
      return undefined;
    },
  }),
  DeleteTags: operation({
    input: z.strictObject({
      ResourceId: list(text),
      Tag: list(z.strictObject({ Key: text, Value: text.optional() })),
    }),
    handle(world, call) {
      const { ResourceId, Tag } = call.params;
      retagAll(world, call, ResourceId, (tags) => without(tags, Tag));
      return undefined;
    },
  }),
  DescribeTags: operation({
    input: z.strictObject(paged),
    handle(world, call) {
      const { Filter, MaxResults, NextToken } = call.params;
      checkMaxResults(MaxResults);
      const shown = applyFilters(allTags(world, call), Filter, FILTERS, ({ key, value }) => ({
        [key]: value,
      }));
      const page = pageOf(call, shown, { size: MaxResults, token: NextToken, question: Filter });
      return { tagSet: page.items, nextToken: page.nextToken };
    },
  }),
};

function allTags(world: World, call: Call): readonly Shown[] {
  return world.targets.flatMap((target) =>
    target
      .all(world, call)
      .filter(({ id, createdAt }) => sees(world, call, `tags of ${id}`, createdAt))
      .flatMap(({ id, tags }) =>
        Object.entries(tags).map(([key, value]) => ({
          key,
          resourceId: id,
          resourceType: target.type,
          value,
        })),
      ),
  );
}
