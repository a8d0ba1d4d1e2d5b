/** What API servers fill in when an object is written, for the kinds whose readers depend on it. */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { definitionStatus } from './custom-resources.ts';
import { type ApiObject, child, digest } from './object.ts';

export function admit(object: ApiObject): ApiObject {
  switch (object.kind) {
    case 'Secret':
      return withSecretData(object);
    case 'Service':
      return withClusterIp(object);
    case 'Deployment':
      return { ...object, spec: { replicas: 1, ...child(object, 'spec') } };
    case 'Pod':
      return { ...object, status: { phase: 'Pending', ...child(object, 'status') } };
    case 'CustomResourceDefinition':
      return { ...object, status: definitionStatus(object) };
    case 'APIService':
      return { ...object, status: { conditions: [{ type: 'Available', status: 'True', reason: 'Passed' }] } };
    case 'Namespace':
      return { ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };
    default:
      return object;
  }
}

/** `stringData` is for writing only: it is kept base64 in `data`. */
function withSecretData({ stringData, ...object }: ApiObject): ApiObject {
  const written = child({ stringData }, 'stringData');
  const encoded = Object.entries(written).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const data: JsonObject = { ...child(object, 'data'), ...Object.fromEntries(encoded) };
  return { type: 'Opaque', ...object, ...(Object.keys(data).length === 0 ? {} : { data }) };
}

/** From 10.0.0.0/16, the service range of AKS; a function of the name, so nothing has to remember it. */
function withClusterIp(object: ApiObject): ApiObject {
  const [third, fourth] = Buffer.from(digest(`${object.metadata.namespace}/${object.metadata.name}`), 'hex');
  const clusterIP = `10.0.${third}.${Math.max((fourth ?? 0) % 255, 2)}`;
  return { ...object, spec: { type: 'ClusterIP', clusterIP, ...child(object, 'spec') } };
}
