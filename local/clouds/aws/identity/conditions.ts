/** Condition operators of policies: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */

/** What is known of a request, by condition key in lower case: `iam:awsservicename`. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

type Compare = (actual: string, wanted: string) => boolean;

const same: Compare = (actual, wanted) => actual === wanted;
const sameText: Compare = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();

/** Negated operators hold when no wanted value fits, also when the key is absent. */
interface Operator {
  readonly compare: Compare;
  readonly negated: boolean;
}

const plain = (compare: Compare): Operator => ({ compare, negated: false });
const negated = (compare: Compare): Operator => ({ compare, negated: true });

export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', plain(same)],
  ['StringNotEquals', negated(same)],
  ['StringEqualsIgnoreCase', plain(sameText)],
  ['StringNotEqualsIgnoreCase', negated(sameText)],
  ['StringLike', plain(fitsWildcard)],
  ['StringNotLike', negated(fitsWildcard)],
  ['ArnEquals', plain(fitsWildcard)],
  ['ArnLike', plain(fitsWildcard)],
  ['ArnNotEquals', negated(fitsWildcard)],
  ['ArnNotLike', negated(fitsWildcard)],
  ['Bool', plain(sameText)],
  ['NumericEquals', plain((actual, wanted) => Number(actual) === Number(wanted))],
]);

const IF_EXISTS = 'IfExists';

/** Without the suffix that makes an operator hold when the key is absent. */
export const bareOperator = (name: string): string =>
  name.endsWith(IF_EXISTS) ? name.slice(0, -IF_EXISTS.length) : name;

/** `*` is any run of characters, `?` any one. */
export function fitsWildcard(text: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return text === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** One line of a condition block: an operator, a key and the values of which one has to fit. */
export function holds(
  name: string,
  key: string,
  wanted: readonly string[],
  context: RequestContext,
): boolean {
  const operator = OPERATORS.get(bareOperator(name));
  if (!operator) return false;
  const ifExists = name.endsWith(IF_EXISTS);
  const actual = context[key.toLowerCase()];
  if (actual === undefined || actual.length === 0) return ifExists || operator.negated;
  const fits = actual.some((value) => wanted.some((each) => operator.compare(value, each)));
  return fits !== operator.negated;
}
