/**
 * Route templates as Azure Functions writes them (ASP.NET Core routing): literals, `{name}`, `{name:constraint}`,
 * `{name?}`, `{*rest}` and segments that mix text and parameters. Owns matching a path and ranking templates; segments
 * are compared after decoding, so an encoded slash never splits one.
 */

export interface RouteTemplate {
  /** Sorts templates by precedence, best first: literal, constrained or mixed, parameter, wildcard; per segment. */
  readonly precedence: string;
  /** Parameters of a matching path, decoded; undefined when the path is not this route's. */
  match(segments: readonly string[]): Readonly<Record<string, string>> | undefined;
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'pattern';
      readonly pattern: RegExp;
      readonly names: readonly string[];
      readonly optional: boolean;
      readonly bare: boolean;
    }
  | { readonly kind: 'wildcard'; readonly name: string };

const PARAMETER = /\{([^{}]+)\}/;
const PARAMETER_BODY = /^(\*{1,2})?([A-Za-z_][\w-]*)(?::([^?]+))?(\?)?$/;

/** The route constraints that have a use in paths; an unknown one is refused when the app starts. */
const CONSTRAINTS: Readonly<Record<string, string>> = {
  int: '-?\\d{1,10}',
  long: '-?\\d{1,19}',
  guid: '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}',
  bool: 'true|false',
  alpha: '[A-Za-z]+',
};

/** Throws when the template cannot be understood. */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = template
    .split('/')
    .filter(Boolean)
    .map((text) => parseSegment(text, template));
  return {
    precedence: segments.map(rank).join(''),
    match: (path) => matchSegments(segments, path),
  };
}

function parseSegment(text: string, template: string): Segment {
  // Text at even places, parameters at odd ones.
  const pieces = text.split(PARAMETER);
  const parameters = pieces
    .filter((_, index) => index % 2 === 1)
    .map((body) => parseParameter(body, template));
  const [first] = parameters;
  if (first === undefined) return { kind: 'literal', text: plainText(text, template).toLowerCase() };
  const bare = text === `{${pieces[1]}}`;
  if (bare && first.wildcard) return { kind: 'wildcard', name: first.name };
  if (parameters.some(({ wildcard }) => wildcard)) {
    throw new Error(`Route "${template}": a wildcard stands alone in its segment`);
  }
  const pattern = pieces.map((piece, index) =>
    index % 2 === 0 ? literally(plainText(piece, template)) : `(${parameters[(index - 1) / 2]?.expression})`,
  );
  return {
    kind: 'pattern',
    pattern: new RegExp(`^${pattern.join('')}$`, 'is'),
    names: parameters.map(({ name }) => name),
    optional: bare && first.optional,
    bare: bare && !first.constrained,
  };
}

function parseParameter(body: string, template: string) {
  const [, wildcard, name, constraint, optional] = PARAMETER_BODY.exec(body) ?? [];
  if (name === undefined) throw new Error(`Route "${template}": cannot read the parameter {${body}}`);
  const expression = constraint === undefined ? '.+?' : CONSTRAINTS[constraint];
  if (expression === undefined) throw new Error(`Route "${template}": unknown constraint "${constraint}"`);
  return {
    name,
    expression,
    wildcard: wildcard !== undefined,
    constrained: constraint !== undefined,
    optional: optional !== undefined,
  };
}

function plainText(text: string, template: string): string {
  if (/[{}]/.test(text)) throw new Error(`Route "${template}": cannot read "${text}"`);
  return text;
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function rank(segment: Segment): string {
  switch (segment.kind) {
    case 'literal':
      return '1';
    case 'pattern':
      return segment.bare ? '3' : '2';
    case 'wildcard':
      return '5';
  }
}

function matchSegments(segments: readonly Segment[], path: readonly string[]) {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'wildcard') {
      const rest = path.slice(index).join('/');
      return rest === '' ? parameters : { ...parameters, [segment.name]: rest };
    }
    const text = path[index];
    if (text === undefined) return segments.slice(index).every(mayBeAbsent) ? parameters : undefined;
    if (!matchSegment(segment, text, parameters)) return undefined;
  }
  return path.length > segments.length ? undefined : parameters;
}

function mayBeAbsent(segment: Segment): boolean {
  return segment.kind === 'wildcard' || (segment.kind === 'pattern' && segment.optional);
}

function matchSegment(
  segment: Exclude<Segment, { kind: 'wildcard' }>,
  text: string,
  parameters: Record<string, string>,
): boolean {
  if (segment.kind === 'literal') return text.toLowerCase() === segment.text;
  const match = segment.pattern.exec(text);
  if (match === null) return false;
  for (const [index, name] of segment.names.entries()) parameters[name] = match[index + 1] ?? '';
  return true;
}
