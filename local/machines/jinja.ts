/**
 * Jinja templates as far as user data needs them: the header that asks for it, and the instance's own names. Anything
 * else that jinja2 would evaluate is refused rather than guessed, a stray `{#` of a shell script included: jinja takes
 * it for a comment. https://docs.cloud-init.io/en/latest/explanation/instancedata.html
 */
import { type Parsed, parsed, refused } from './parsed.ts';
import type { SimulatedInstance } from './port.ts';

const HEADER = /^## template:\s*jinja[ \t]*\r?\n/;
/** Raw blocks first: what stands in them is plain text. */
const MARKUP =
  /\{%-?\s*raw\s*-?%\}([\s\S]*?)\{%-?\s*endraw\s*-?%\}|\{\{([\s\S]*?)\}\}|\{#[\s\S]*?#\}|\{[{%#]/g;

type Names = Pick<
  SimulatedInstance,
  'id' | 'region' | 'zone' | 'privateIp' | 'privateDnsName' | 'instanceType'
>;

export function rendered(text: string, instance: Names): Parsed<string> {
  if (!HEADER.test(text)) return parsed(text);
  const names = metaData(instance);
  const problems: string[] = [];
  const result = text.replace(HEADER, '').replace(MARKUP, (markup, raw?: string, expression?: string) => {
    if (raw !== undefined) return raw;
    if (markup.startsWith('{#') && markup.length > 2) return '';
    const value = literalOf(expression) ?? names[expression?.trim() ?? ''];
    if (value === undefined) problems.push(`jinja cannot evaluate ${markup.slice(0, 60)}`);
    return value ?? '';
  });
  return problems[0] === undefined ? parsed(result) : refused(problems[0]);
}

/** `'text'` and `"text"`, without escapes. */
const literalOf = (expression: string | undefined): string | undefined =>
  /^\s*(['"])([^'"\\]*)\1\s*$/.exec(expression ?? '')?.[2];

function metaData(instance: Names): Readonly<Record<string, string>> {
  const { id, region, zone, privateIp, privateDnsName, instanceType } = instance;
  return {
    'ds.meta_data.local_hostname': privateDnsName,
    'ds.meta_data.hostname': privateDnsName,
    'ds.meta_data.instance_id': id,
    'ds.meta_data.instance_type': instanceType,
    'ds.meta_data.local_ipv4': privateIp,
    'ds.meta_data.placement.availability_zone': zone,
    'ds.meta_data.placement.region': region,
    'v1.local_hostname': privateDnsName,
    'v1.instance_id': id,
    'v1.availability_zone': zone,
    'v1.region': region,
  };
}
