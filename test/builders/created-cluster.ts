/** Clusters as the API makes them, in a project that is ready for it. */
import { createCluster } from '../../functions/http/create-cluster.ts';
import { asClusterId, type ClusterId } from '../../lib/domain/ids.ts';
import { aClusterInput } from './cluster-input.ts';
import { type Received, send, type TestApiDeps } from './http.ts';
import { editor } from './project.ts';

/** What an editor is answered who asks for the cluster `shop`. */
export function askForCluster(deps: TestApiDeps, fields: object = {}): Promise<Received> {
  return send(deps, createCluster, {
    ...editor,
    params: { project: 'default' },
    body: aClusterInput({ ...fields }),
  });
}

/** The uid of `shop`, which was just made. */
export async function aCreatedCluster(deps: TestApiDeps): Promise<ClusterId> {
  const { status, body } = await askForCluster(deps);
  if (status !== 202) throw new Error(`The create got ${status}`);
  return asClusterId(String(Object(body).id));
}
