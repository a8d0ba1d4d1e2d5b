/** Objects that are in a new cluster, whoever made it. */
import type { JsonObject } from '../../lib/domain/cluster.ts';

/** An object without what the server gives it. */
export interface SeedObject {
  readonly plural: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace?: string;
  readonly content: JsonObject;
}

/** The service by which pods find the API server: the first address of the range. */
export const apiService = (clusterIP: string): SeedObject => ({
  plural: 'services',
  apiVersion: 'v1',
  name: 'kubernetes',
  namespace: 'default',
  content: {
    spec: {
      type: 'ClusterIP',
      clusterIP,
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
    },
  },
});
