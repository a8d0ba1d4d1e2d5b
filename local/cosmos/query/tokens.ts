/** Cuts the text of a query into tokens. Comments (`--`) and white space go; keywords are known in any case. */

export type TokenKind = 'name' | 'keyword' | 'number' | 'string' | 'symbol' | 'parameter';

export interface Token {
  readonly kind: TokenKind;
  /** Keywords in upper case, strings without quotes and escapes. */
  readonly text: string;
  /** As it was written: a property may be named like a keyword. */
  readonly source: string;
}

/** What is wrong with a query, in the words of the answer 400. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

const KEYWORDS = new Set(
  `SELECT DISTINCT TOP VALUE FROM JOIN IN WHERE GROUP BY ORDER ASC DESC OFFSET LIMIT AND OR NOT BETWEEN LIKE ESCAPE
   EXISTS ARRAY AS TRUE FALSE NULL UNDEFINED`.split(/\s+/),
);

const TOKEN = new RegExp(
  [
    /(?<space>\s+|--[^\n]*)/,
    /(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/,
    /'(?<single>(?:[^'\\]|\\.|'')*)'/,
    /"(?<double>(?:[^"\\]|\\.)*)"/,
    /(?<parameter>@[A-Za-z_]\w*)/,
    /(?<word>[A-Za-z_]\w*)/,
    /(?<symbol>\?\?|\|\||!=|<>|<=|>=|[-+*/%=<>().,[\]{}?:])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new QueryError(`Syntax error, unexpected character near position ${at}.`);
    const token = tokenOf(match[0], match.groups ?? {});
    if (token) tokens.push(token);
  }
  return tokens;
}

function tokenOf(source: string, groups: Readonly<Record<string, string | undefined>>): Token | undefined {
  const { number, single, double, parameter, word, symbol } = groups;
  if (number !== undefined) return { kind: 'number', text: number, source };
  const quoted = single?.replaceAll("''", "'") ?? double;
  if (quoted !== undefined) return { kind: 'string', text: withoutEscapes(quoted), source };
  if (parameter !== undefined) return { kind: 'parameter', text: parameter, source };
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, source };
  if (word === undefined) return undefined;
  const upper = word.toUpperCase();
  return KEYWORDS.has(upper)
    ? { kind: 'keyword', text: upper, source }
    : { kind: 'name', text: word, source };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function withoutEscapes(quoted: string): string {
  return quoted.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
