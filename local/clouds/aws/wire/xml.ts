/** Plain objects as XML: lists become elements of a given name, what is undefined is left out. */
import { XMLBuilder } from 'fast-xml-parser';

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressEmptyNode: false,
});

type Xml = string | { readonly [name: string]: Xml | readonly Xml[] };

/** `entry`: what the elements of a list are called, `item` or `member`. */
export function toXml(value: unknown, entry: string): Xml {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value))
    return value.length === 0 ? '' : { [entry]: value.map((each) => toXml(each, entry)) };
  if (typeof value !== 'object') return String(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, toXml(member, entry)]));
}

export const document = (root: string, content: Xml, namespace?: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({
    [root]: {
      ...(namespace === undefined ? {} : { '@xmlns': namespace }),
      ...(typeof content === 'string' ? {} : content),
    },
  })}`;
