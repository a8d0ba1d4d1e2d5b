/**
 * What agents send. Strict where the words are ours; lenient where they are a cluster's own, which may be anything that a
 * Kubernetes API lets through: unknown condition types stay, long texts are cut, Services that are reachable from inside
 * only are dropped. Everything is bounded, and nothing in it is trusted.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import {
  type BackupLocationReport,
  type Heartbeat,
  MAX_BACKUP_LOCATIONS,
  MAX_REPORT_PARTS,
  type OperationResult,
  type PackReport,
  type ReportedCondition,
  type ServiceReport,
} from '../../domain/agent.ts';
import type { JsonObject } from '../../domain/cluster.ts';
import { coded } from '../schema-findings.ts';

/** Above what the largest clusters have; a report that is larger is nobody's. */
const MAX_NODES = 5_000;
const MAX_SERVICES = 5_000;
const MAX_PACKS = 200;
const MAX_CONDITIONS = 64;
const MAX_PORTS = 128;
const MAX_HOSTS = 32;
/** Six hours by the minute: what an agent keeps while it cannot reach us. */
const MAX_SAMPLES = 360;
const MAX_DATA_BYTES = 256 * 1024;
/** Texts for people. */
const MAX_TEXT = 1_024;
/** The longest name that Kubernetes allows anything, and the longest qualified one. */
const MAX_NAME = 253;
const MAX_QUALIFIED_NAME = 316;

/** Reachable from outside: A83. */
const SHOWN_SERVICE_TYPES: ReadonlySet<string> = new Set(['LoadBalancer', 'NodePort']);

const SUBDOMAIN = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const HOST = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?\.?$/i;

const instant = z.iso.datetime({ offset: true }).max(40).meta({ example: '2026-11-20T18:35:00.000Z' });
const nodeName = z.string().max(MAX_NAME).regex(SUBDOMAIN).meta({ example: 'aks-work-12345678-vmss000000' });
const word = (max: number) => z.string().min(1).max(max);
/** Cut, not refused: what a cluster says is as long as it likes. */
const text = (max = MAX_TEXT) => z.string().transform((whole) => whole.slice(0, max).toWellFormed());

const metricRule = coded('METRIC_INVALID', 'A measured amount is a number that is not negative.');
const amount = z.number(metricRule).min(0, metricRule).max(Number.MAX_SAFE_INTEGER, metricRule);
const AMOUNTS = z.strictObject({
  cpuMilli: amount.meta({ description: 'Thousandths of a core' }),
  memoryBytes: amount,
  diskBytes: amount.exactOptional(),
});

const CONDITION: z.ZodType<ReportedCondition> = z.object({
  type: text(MAX_QUALIFIED_NAME),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: text().exactOptional(),
  message: text().exactOptional(),
  lastTransitionAt: instant.exactOptional(),
});

/**
 * What is neither a name nor an address would make another link than it says. Cut, not refused: a balancer that runs on
 * every node has as many addresses as there are nodes.
 */
const HOSTS = z.array(z.string()).transform((hosts) => hosts.filter(isHost).slice(0, MAX_HOSTS));

const NODE = z.strictObject({
  name: nodeName,
  pool: text(63).exactOptional(),
  role: z.enum(['worker', 'control-plane']),
  kubeletVersion: text(64).exactOptional(),
  createdAt: instant.exactOptional(),
  addresses: HOSTS.exactOptional(),
  capacity: AMOUNTS,
  requests: AMOUNTS.exactOptional(),
  conditions: z.array(CONDITION).max(MAX_CONDITIONS),
});

const PORT = z.object({
  name: text(63).exactOptional(),
  port: z.int().min(1).max(65_535),
  nodePort: z.int().min(0).max(65_535).exactOptional(),
  protocol: text(16).exactOptional(),
  appProtocol: text(MAX_QUALIFIED_NAME).exactOptional(),
});

const SERVICE: z.ZodType<ServiceReport> = z.object({
  namespace: word(MAX_NAME),
  name: word(MAX_NAME),
  type: word(63),
  // Cut: media servers have a port for each call, and one Service must not cost the whole report.
  ports: z.array(PORT).transform((ports) => ports.slice(0, MAX_PORTS)),
  ingress: HOSTS.meta({ description: 'Host names or addresses of its load balancer; empty: none yet' }),
  pack: text(MAX_NAME).exactOptional(),
});

/** A83: those of another type are no part of a report, whatever they look like. */
const SERVICES = z.preprocess(
  (list) => (Array.isArray(list) ? list.filter((one) => !isInternal(one)) : list),
  z.array(SERVICE).max(MAX_SERVICES),
);

const PACK: z.ZodType<PackReport> = z.strictObject({
  name: word(MAX_NAME),
  version: word(64),
  state: z.enum(['Pending', 'Installing', 'Ready', 'Failed', 'Removing']),
  message: text().exactOptional(),
});

const BACKUP_LOCATION: z.ZodType<BackupLocationReport> = z.strictObject({
  name: z.string().max(MAX_NAME).regex(SUBDOMAIN).meta({ example: 'offsite' }),
  phase: z.enum(['Available', 'Unavailable']).exactOptional(),
});

const SAMPLE = z.strictObject({
  at: instant,
  nodes: z.record(nodeName, AMOUNTS).meta({ description: 'Used, by node' }),
});

const PART = z
  .strictObject({ index: z.int().min(0), of: z.int().min(1).max(MAX_REPORT_PARTS) })
  .refine(({ index, of }) => index < of, 'index is below of');

const INSTANCE = /^[\w.-]{1,64}$/;

export const HEARTBEAT: z.ZodType<Heartbeat> = z
  .strictObject({
    cluster: word(64).exactOptional().meta({ description: 'uid; that of the credential' }),
    agentVersion: word(64),
    sentAt: instant,
    instance: z.string().regex(INSTANCE).exactOptional(),
    seq: z.int().min(0).exactOptional().meta({ description: 'Grows with every beat of an instance' }),
    observedGeneration: z.int().min(0).exactOptional(),
    nodes: z.array(NODE).max(MAX_NODES).exactOptional(),
    services: SERVICES.exactOptional(),
    packs: z.array(PACK).max(MAX_PACKS).exactOptional(),
    backupLocations: z
      .array(BACKUP_LOCATION)
      .max(MAX_BACKUP_LOCATIONS)
      .exactOptional()
      .meta({ description: 'Of Velero; older agents do not say' }),
    samples: z.array(SAMPLE).max(MAX_SAMPLES).exactOptional(),
    part: PART.exactOptional().meta({ description: 'Of a report in several beats' }),
  })
  .refine(({ part, instance, seq }) => part === undefined || (instance !== undefined && seq !== undefined), {
    path: ['part'],
    message: 'A part needs instance and seq, by which the parts are put together',
  })
  .meta({ id: 'Heartbeat' });

const DATA: z.ZodType<JsonObject> = z
  .record(z.string().max(MAX_NAME), z.json())
  .refine((data) => Buffer.byteLength(JSON.stringify(data)) <= MAX_DATA_BYTES, {
    error: `At most ${MAX_DATA_BYTES} bytes`,
  });

const count = z.int().min(0).max(1_000_000_000);

export const OPERATION_RESULT: z.ZodType<OperationResult> = z
  .strictObject({
    operation: z.string().regex(/^[a-z0-9.-]{1,128}$/),
    state: z.enum(['Running', 'Succeeded', 'Failed']),
    at: instant,
    message: text(4 * MAX_TEXT).exactOptional(),
    progress: z.strictObject({ done: count, total: count }).exactOptional(),
    data: DATA.exactOptional(),
  })
  .meta({ id: 'OperationResult' });

function isInternal(service: unknown): boolean {
  if (typeof service !== 'object' || service === null || !('type' in service)) return false;
  return typeof service.type === 'string' && !SHOWN_SERVICE_TYPES.has(service.type);
}

/** It becomes part of an address that people open. */
function isHost(name: string): boolean {
  return name.length <= MAX_NAME && (isIP(name) !== 0 || HOST.test(name));
}
