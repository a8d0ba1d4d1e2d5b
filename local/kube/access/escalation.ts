/**
 * Nobody gives rights that they have not got: who writes a role holds all of its rules (or may `escalate`), who writes a
 * binding holds all rules of its role (or may `bind` it).
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
import { mayDo } from '../authorize.ts';
import type { Cluster } from '../cluster.ts';
import type { ApiObject } from '../object.ts';
import type { AuthorizedRequest } from '../request.ts';
import { type KubeResource, qualifiedName } from '../resources.ts';
import { StatusError } from '../status-error.ts';
import { allows, type Rule, roleRefOf, rulesIn, rulesOf, rulesOfRole } from './rules.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Throws a 403. */
export function refuseEscalation(
  cluster: Cluster,
  request: AuthorizedRequest,
  of: KubeResource,
  written: ApiObject,
): void {
  if (of.group !== RBAC) return;
  const user = request.asker;
  const { namespace } = written.metadata;
  const given = isRole(of) ? rulesIn(written) : rulesOfRole(cluster, roleRefOf(written), namespace);
  if (mayGiveAnything(cluster, request, of, written)) return;
  const held = rulesOf(cluster, user, namespace);
  const missing = given.flatMap(atoms).filter((atom) => !held.some((rule) => allowsAtom(rule, atom)));
  if (missing.length === 0) return;
  throw new StatusError(
    403,
    'Forbidden',
    `${qualifiedName(of)} "${written.metadata.name}" is forbidden: user "${user.name}" ` +
      `(groups=${JSON.stringify(user.groups)}) is attempting to grant RBAC permissions not currently held:\n` +
      [...new Set(missing.map(sayAtom))].join('\n'),
    { name: written.metadata.name, group: of.group, kind: of.plural },
  );
}

const isRole = ({ plural }: KubeResource): boolean => plural === 'roles' || plural === 'clusterroles';

/** The name of a role is the one of the request's path: a POST has none, and a right by name is no right to it. */
function mayGiveAnything(
  cluster: Cluster,
  { asker, method }: AuthorizedRequest,
  of: KubeResource,
  written: ApiObject,
): boolean {
  const { namespace } = written.metadata;
  const scope = namespace === undefined ? {} : { namespace };
  const ref = roleRefOf(written);
  const about = isRole(of)
    ? { verb: 'escalate', plural: of.plural, ...(method === 'POST' ? {} : { name: written.metadata.name }) }
    : { verb: 'bind', plural: ref?.kind === 'Role' ? 'roles' : 'clusterroles', name: ref?.name ?? '' };
  const { verb, ...named } = about;
  return mayDo(cluster, asker, { verb, path: '', resource: { group: RBAC, ...named, ...scope } });
}

/** One verb on one resource of one group, or on one path. */
type Atom =
  | { readonly verb: string; readonly url: string }
  | { readonly verb: string; readonly group: string; readonly plural: string; readonly name?: string };

function atoms(rule: Rule): readonly Atom[] {
  const names = rule.resourceNames.length === 0 ? [undefined] : rule.resourceNames;
  return rule.verbs.flatMap((verb) => [
    ...rule.nonResourceURLs.map((url) => ({ verb, url })),
    ...rule.apiGroups.flatMap((group) =>
      rule.resources.flatMap((plural) =>
        names.map((name) => ({ verb, group, plural, ...(name === undefined ? {} : { name }) })),
      ),
    ),
  ]);
}

/** Wildcards are covered by wildcards only, which compare as words like any other. */
const allowsAtom = (rule: Rule, atom: Atom): boolean =>
  'url' in atom
    ? allows(rule, { verb: atom.verb, path: atom.url })
    : allows(rule, { verb: atom.verb, path: '', resource: atom });

const sayAtom = (atom: Atom): string =>
  'url' in atom
    ? `{NonResourceURLs:["${atom.url}"], Verbs:["${atom.verb}"]}`
    : `{APIGroups:["${atom.group}"], Resources:["${atom.plural}"]` +
      `${atom.name === undefined ? '' : `, ResourceNames:["${atom.name}"]`}, Verbs:["${atom.verb}"]}`;
