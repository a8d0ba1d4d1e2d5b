/**
 * Resource ids. Resource Manager compares them without regard to case and echoes the case that the first PUT used, so
 * each has two forms: the id as shown, and the key (lower case) that everything is stored and compared by.
 */

export const keyOf = (id: string): string => id.toLowerCase();

export const groupId = (subscription: string, group: string): string =>
  `/subscriptions/${subscription}/resourceGroups/${group}`;

/** `type` may be nested: `Microsoft.Network/virtualNetworks/subnets` with the names `[vnet, subnet]`. */
export function resourceId(
  subscription: string,
  group: string,
  type: string,
  names: readonly string[],
): string {
  const [namespace, ...kinds] = type.split('/');
  const path = kinds.map((kind, index) => `${kind}/${names[index] ?? ''}`).join('/');
  return `${groupId(subscription, group)}/providers/${namespace}/${path}`;
}

/** AKS writes the ids of its own resources with `resourcegroups` in lower case, whatever the request used. */
export const aksId = (id: string): string => id.replace('/resourceGroups/', '/resourcegroups/');

export interface ParsedId {
  readonly subscription: string;
  readonly group: string;
  readonly type: string;
  readonly names: readonly string[];
}

/** Undefined when the text is no id of a resource in a resource group. */
export function parseId(id: string): ParsedId | undefined {
  const match =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)\/([^/]+(?:\/[^/]+)+)$/i.exec(id);
  const [, subscription, group, namespace, path] = match ?? [];
  if (!subscription || !group || !namespace || !path) return undefined;
  const segments = path.split('/');
  if (segments.length % 2 !== 0) return undefined;
  const kinds = segments.filter((_, index) => index % 2 === 0);
  return {
    subscription,
    group,
    type: [namespace, ...kinds].join('/'),
    names: segments.filter((_, index) => index % 2 === 1),
  };
}

/** The id of the resource that holds this child: a virtual network's for a subnet. */
export const parentKey = (key: string): string => key.split('/').slice(0, -2).join('/');

/** `/subscriptions/s/resourcegroups/g`, lower case, of any resource's key. */
export const groupKeyOf = (key: string): string => key.split('/').slice(0, 5).join('/');
