/**
 * Parameters of the query protocols: a form whose names are paths, `Filter.1.Value.2`, `Tags.member.1.Key`. Gives nested
 * objects and lists; `member` is the other way to write a list and leaves no trace.
 */
type Node = string | Map<string, Node>;

type FormValue = string | readonly FormValue[] | { readonly [name: string]: FormValue };
type FormObject = { readonly [name: string]: FormValue };

export function parseForm(body: string): FormObject {
  const root = new Map<string, Node>();
  for (const [name, value] of new URLSearchParams(body)) place(root, name.split('.'), value);
  return objectOf(root);
}

function place(root: Map<string, Node>, path: readonly string[], value: string): void {
  let node = root;
  for (const step of path.slice(0, -1)) {
    const known = node.get(step);
    const next = known instanceof Map ? known : new Map<string, Node>();
    node.set(step, next);
    node = next;
  }
  node.set(path.at(-1) ?? '', value);
}

const objectOf = (node: Map<string, Node>): FormObject =>
  Object.fromEntries([...node].map(([name, value]) => [name, formValue(value)]));

function formValue(node: Node): FormValue {
  if (typeof node === 'string') return node;
  const member = node.get('member');
  if (node.size === 1 && member instanceof Map) return formValue(member);
  const names = [...node.keys()];
  if (!names.every((name) => /^\d+$/.test(name))) return objectOf(node);
  return [...node].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, value]) => formValue(value));
}
