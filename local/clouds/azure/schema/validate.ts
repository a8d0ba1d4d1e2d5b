/**
 * Whether a request body is one that the service would take at all: known members, right types, right patterns. Each
 * resource type's schema is compiled when it is first needed and kept for the life of the process.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Allowances, bodySchema, type JsonSchema, parseTypeFile, type TypeFile } from './convert.ts';

const FILES = {
  'microsoft.containerservice': 'containerservice-2026-04-01.json',
  'microsoft.network': 'network-2025-05-01.json',
} as const satisfies Record<string, string>;

const NEWER: JsonSchema = { type: 'object' };

/**
 * Where the files and the service part ways. `spotMaxPrice` is a decimal number (the definitions have only integers);
 * the rest is newer than the file: members that the AKS SDK of api-version 2026-06-01 can send and 2026-04-01 lacks.
 */
const ALLOWANCES: Allowances = {
  ManagedClusterAgentPoolProfile: { spotMaxPrice: { type: 'number' } },
  ManagedClusterAgentPoolProfileProperties: { spotMaxPrice: { type: 'number' } },
  AgentPoolNetworkProfile: { dranet: NEWER },
  ScaleProfile: { autoscale: { type: 'array', items: NEWER } },
  ManagedClusterProperties: { schedulerProfile: NEWER },
  ManagedClusterNATGatewayProfile: { sku: true, outboundIPPrefixes: NEWER, outboundIPs: NEWER },
  ManagedClusterManagedOutboundIPProfile: { countIPv6: { type: 'integer' } },
  ManagedClusterSecurityProfileDefender: { securityGating: NEWER },
  ManagedClusterAzureMonitorProfile: { containerInsights: NEWER },
  ManagedClusterAzureMonitorProfileAppMonitoring: {
    openTelemetryMetrics: NEWER,
    openTelemetryLogsAndTraces: NEWER,
  },
};

const files = new Map<string, TypeFile>();
const validators = new Map<string, ValidateFunction>();

export type BodyProblem =
  | { readonly kind: 'unknown'; readonly path: string; readonly member: string }
  | { readonly kind: 'missing'; readonly path: string; readonly member: string }
  | { readonly kind: 'wrong'; readonly path: string; readonly says: string };

/** The first problem of a body; undefined: it is well-formed. `type` must have a definition file. */
export function findBodyProblem(type: string, body: unknown): BodyProblem | undefined {
  const validate = validatorFor(type.toLowerCase());
  if (validate(body)) return undefined;
  const [first] = validate.errors ?? [];
  return first ? problemOf(first) : { kind: 'wrong', path: '', says: 'is invalid' };
}

function validatorFor(type: string): ValidateFunction {
  const known = validators.get(type);
  if (known) return known;
  const ajv = new Ajv({ strict: false, allErrors: false, validateSchema: false });
  const made = ajv.compile(bodySchema(typesOf(type), type, ALLOWANCES));
  validators.set(type, made);
  return made;
}

function typesOf(type: string): TypeFile {
  const namespace = type.split('/')[0] ?? '';
  const name = Object.entries(FILES).find(([key]) => key === namespace)?.[1];
  if (!name) throw new Error(`There are no type definitions for ${namespace}`);
  const known = files.get(name);
  if (known) return known;
  const parsed = parseTypeFile(readFileSync(new URL(`../types/${name}`, import.meta.url), 'utf8'));
  files.set(name, parsed);
  return parsed;
}

function problemOf({ keyword, params, instancePath, message }: ErrorObject): BodyProblem {
  const path = instancePath.slice(1).replaceAll('/', '.');
  if (keyword === 'additionalProperties')
    return { kind: 'unknown', path, member: String(params.additionalProperty) };
  if (keyword === 'required') return { kind: 'missing', path, member: String(params.missingProperty) };
  return { kind: 'wrong', path, says: message ?? 'is invalid' };
}
