/** Tags of EC2 resources, as they are given, checked and shown. */
import { AwsFault } from './fault.ts';

export type Tags = Readonly<Record<string, string>>;

/** docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;

interface TagInput {
  readonly Key: string;
  readonly Value: string;
}

/** Throws what EC2 throws for tags that break a limit. */
export function tagsOf(inputs: readonly TagInput[]): Tags {
  const keys = new Set(inputs.map(({ Key }) => Key));
  if (keys.size < inputs.length)
    throw new AwsFault(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  for (const input of inputs) checkTag(input);
  return withinLimit(Object.fromEntries(inputs.map(({ Key, Value }) => [Key, Value])));
}

function checkTag({ Key, Value }: TagInput): void {
  if (Key === '') throw new AwsFault('InvalidParameterValue', 'Tag key cannot be empty.');
  if (/^aws:/i.test(Key))
    throw new AwsFault(
      'InvalidParameterValue',
      'Tag keys starting with "aws:" are reserved for internal use',
    );
  if (Key.length > MAX_KEY)
    throw new AwsFault(
      'InvalidParameterValue',
      `Tag key exceeds the maximum length of ${MAX_KEY} characters`,
    );
  if (Value.length > MAX_VALUE)
    throw new AwsFault(
      'InvalidParameterValue',
      `Tag value exceeds the maximum length of ${MAX_VALUE} characters`,
    );
}

export function withinLimit(tags: Tags): Tags {
  if (Object.keys(tags).length > MAX_TAGS)
    throw new AwsFault('TagLimitExceeded', `The maximum number of tags per resource is ${MAX_TAGS}.`);
  return tags;
}

export interface TagSpecification {
  readonly ResourceType: string;
  readonly Tag: readonly TagInput[];
}

/** Tags for one kind out of a request's specifications. Throws for kinds that the request does not make. */
export function specifiedTags(
  specifications: readonly TagSpecification[],
  type: string,
  allowed: readonly string[] = [type],
): Tags {
  for (const { ResourceType } of specifications)
    if (!allowed.includes(ResourceType))
      throw new AwsFault(
        'InvalidParameterValue',
        `'${ResourceType}' is not a valid taggable resource type for this operation.`,
      );
  return tagsOf(specifications.filter((each) => each.ResourceType === type).flatMap(({ Tag }) => Tag));
}

/** As `tagSet` shows them. */
export const tagSet = (tags: Tags): readonly { readonly key: string; readonly value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));
