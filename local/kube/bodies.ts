/** Bodies of write requests: read as YAML or JSON, parsed into objects and held against what the URL names. */
import { parse } from 'yaml';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { ApiObject, isJsonObject } from './object.ts';
import type { ApiRequest, Target } from './request.ts';
import { groupVersion } from './resources.ts';
import { badRequest, invalid, unsupportedMediaType } from './status-error.ts';

/** RFC 1123 subdomain, as most kinds want it; RBAC names may hold colons. */
const NAME = /^[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?$/;

export function asObject({ resource: of, namespace, name }: Target, body: JsonObject): ApiObject {
  const parsed = ApiObject.safeParse({ apiVersion: groupVersion(of), kind: of.kind, ...body });
  if (!parsed.success) throw invalid(`${of.kind} is invalid: ${parsed.error.issues[0]?.path.join('.')}`);
  const { apiVersion, kind, metadata } = parsed.data;
  if (apiVersion !== groupVersion(of) || kind !== of.kind) {
    throw badRequest(`the object provided is a ${apiVersion} ${kind}, which is not what the URL names`);
  }
  if (name !== undefined && metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (!NAME.test(metadata.name)) throw invalid(`${kind} "${metadata.name}" is invalid: metadata.name`);
  if (namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return { ...parsed.data, metadata: { ...metadata, namespace } };
}

/** Throws a 415 for protobuf, which some kubectl commands prefer, and a 400 for what is no object. */
export function readBody(request: ApiRequest): JsonObject {
  const type = request.headers['content-type'] ?? '';
  if (type.includes('protobuf')) throw unsupportedMediaType(type, ['application/json', 'application/yaml']);
  try {
    // JSON is YAML 1.2, and applied configurations may be either.
    const body: unknown = parse(request.body, { version: '1.2', schema: 'core', maxAliasCount: 16 });
    if (isJsonObject(body)) return body;
  } catch {
    // Falls through to the same refusal.
  }
  throw badRequest('the body of the request is not an object');
}
