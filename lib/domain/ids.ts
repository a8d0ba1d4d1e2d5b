/** Branded identifiers, so that a name is never passed where a uid belongs. */
declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

/** A cluster's uid: a UUID, lower case. Partition key of everything that belongs to the cluster. */
export type ClusterId = Brand<string, 'ClusterId'>;

export const asClusterId = (uid: string): ClusterId => uid as ClusterId;
