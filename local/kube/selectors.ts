/**
 * Label and field selectors of list requests. Grammar:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
 */
import type { Json } from '../../lib/domain/cluster.ts';
import { selects } from '../../lib/domain/label-selector.ts';
import { type ApiObject, isJsonObject } from './object.ts';
import { badRequest } from './status-error.ts';

type Predicate = (object: ApiObject) => boolean;

const SET_BASED = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/;
const EQUALITY = /^([^\s!=]+)\s*(==|=|!=)\s*([^\s=]*)$/;
const PRESENCE = /^(!?)\s*([^\s!=]+)$/;

export function labelSelector(text: string | null): Predicate {
  const terms = split(text).map(labelTerm);
  return (object) => terms.every((term) => term(object));
}

function labelTerm(term: string): Predicate {
  const labelled = (expression: Parameters<typeof selects>[0]): Predicate => {
    return ({ metadata }) => selects(expression, metadata.labels ?? {});
  };
  const [, setKey, setOperator, list] = SET_BASED.exec(term) ?? [];
  if (setKey !== undefined && list !== undefined) {
    const values = list.split(',').map((value) => value.trim());
    const operator = setOperator === 'in' ? 'In' : 'NotIn';
    return labelled({ matchExpressions: [{ key: setKey, operator, values }] });
  }
  const [, key, sign, value] = EQUALITY.exec(term) ?? [];
  if (key !== undefined && value !== undefined) {
    return labelled({
      matchExpressions: [{ key, operator: sign === '!=' ? 'NotIn' : 'In', values: [value] }],
    });
  }
  const [, not, name] = PRESENCE.exec(term) ?? [];
  if (name === undefined) throw badRequest(`unable to parse requirement: ${term}`);
  return labelled({ matchExpressions: [{ key: name, operator: not === '!' ? 'DoesNotExist' : 'Exists' }] });
}

export function fieldSelector(text: string | null): Predicate {
  const terms = split(text).map(fieldTerm);
  return (object) => terms.every((term) => term(object));
}

/** Real servers index a few fields per kind; here any scalar is selectable, and a missing one is the empty string. */
function fieldTerm(term: string): Predicate {
  const [, path, sign, wanted] = EQUALITY.exec(term) ?? [];
  if (path === undefined) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  return (object) => (String(fieldAt(object, path) ?? '') === wanted) === (sign !== '!=');
}

function fieldAt(object: ApiObject, path: string): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path.split('.')) value = isJsonObject(value) ? value[name] : undefined;
  // An absent boolean reads as false: `spec.unschedulable=false` finds the nodes that nobody cordoned.
  return value ?? (path === 'spec.unschedulable' ? false : undefined);
}

/** At commas outside parentheses. */
function split(text: string | null): readonly string[] {
  return (text ?? '')
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}
