/** An agent with exactly the rights of its manifests, and what it asked for with them. */
import type { Http } from '../../agent/ports.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { type Attributes, attributesOf } from '../../local/kube/access/attributes.ts';
import { ApiObject } from '../../local/kube/object.ts';
import { groupVersion, type KubeResource, RESOURCES } from '../../local/kube/resources.ts';
import { type AgentWorld, anAgentWorld, kubeHttp } from './agent-world.ts';
import { CLUSTER } from './simulated-cluster.ts';

export interface Watched {
  readonly world: AgentWorld;
  readonly asked: Attributes[];
  readonly refused: string[];
  readonly http: Http;
}

type Change = (object: JsonObject) => JsonObject;

/** As the step of the control plane installs it; `change`: another role than the real one. */
export function install(manifests: readonly object[], change: Change = (object) => object): Watched {
  const world = anAgentWorld(['node-1', 'node-2', 'node-3']);
  for (const object of manifests) admin(world, change(JSON.parse(JSON.stringify(object))));
  const token = world.cluster.clusters.serviceAccountToken(CLUSTER, 'slipway-system', 'slipway-agent');
  const [asked, refused]: [Attributes[], string[]] = [[], []];
  const http: Http = async (request) => {
    const { pathname: path, searchParams: query } = new URL(request.url, 'https://clusters.test');
    const about = attributesOf({ method: request.method, path, query });
    asked.push(about);
    // An apply that makes the object is judged as a create as well.
    const isNew = request.method === 'PATCH' && world.cluster.ask('GET', path).status === 404;
    if (isNew && about.resource !== undefined) {
      const { name: _name, ...resource } = about.resource;
      asked.push({ ...about, verb: 'create', resource });
    }
    const answer = await kubeHttp(world.cluster.clusters, token)(request);
    if (answer.status === 403) refused.push(`${request.method} ${path}: ${answer.body}`);
    return answer;
  };
  return { world, asked, refused, http };
}

/** Server-side, by the cluster's admin. */
export function admin({ cluster }: AgentWorld, object: JsonObject): void {
  const { apiVersion, kind, metadata } = ApiObject.parse(object);
  const of = RESOURCES.find((one) => one.kind === kind && groupVersion(one) === apiVersion);
  if (of === undefined) throw new Error(`No such kind: ${kind}`);
  const path = `${collection(of, metadata.namespace)}/${metadata.name}?fieldManager=test&force=true`;
  const { status, body } = cluster.ask('PATCH', path, object, {
    'content-type': 'application/apply-patch+yaml',
  });
  if (status > 299) throw new Error(JSON.stringify(body));
}

export function collection(of: KubeResource, namespace = 'default'): string {
  const root = of.group === '' ? '/api/v1' : `/apis/${of.group}/${of.version}`;
  return of.namespaced ? `${root}/namespaces/${namespace}/${of.plural}` : `${root}/${of.plural}`;
}
