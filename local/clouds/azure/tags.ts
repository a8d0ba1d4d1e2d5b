/** Resource Manager's rules for tags: 50 of them, names up to 512 characters, values up to 256, reserved words. */
import { badRequest } from './errors.ts';
import type { Tags } from './state.ts';

const FORBIDDEN = /[<>%&\\?/\p{Cc}]/u;
const RESERVED = ['microsoft', 'azure', 'windows'];

export function checkTags(tags: Tags | undefined): void {
  const entries = Object.entries(tags ?? {});
  if (entries.length > 50)
    throw badRequest(
      'TagCountLimitExceeded',
      `The resource has '${entries.length}' tags. The maximum number of tags on a resource is '50'.`,
    );
  for (const [name, value] of entries) checkTag(name, value);
  const names = new Set(entries.map(([name]) => name.toLowerCase()));
  if (names.size < entries.length)
    throw badRequest('InvalidRequestContent', 'The tag names are not unique: they differ in case only.');
}

function checkTag(name: string, value: string): void {
  if (name.length === 0 || name.length > 512)
    throw badRequest(
      'InvalidTagName',
      `The tag name '${name.slice(0, 40)}' must have between 1 and 512 characters.`,
    );
  if (value.length > 256)
    throw badRequest('InvalidTagValue', `The value of the tag '${name}' must have at most 256 characters.`);
  if (FORBIDDEN.test(name))
    throw badRequest(
      'InvalidTagNameCharacters',
      `The tag names '${name}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`,
    );
  const reserved = RESERVED.find((word) => name.toLowerCase().startsWith(word));
  if (reserved)
    throw badRequest(
      'ReservedTagName',
      `The tag name '${name}' starts with '${reserved}', which is reserved.`,
    );
}
