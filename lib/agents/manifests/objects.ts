/**
 * The agent as Kubernetes objects, in the order in which they have to be there. Written the way an API server gives them
 * back, because they are compared with it (lib/kube/drift.ts).
 */
import { createHash } from 'node:crypto';
import { canonical } from '../../domain/canonical.ts';
import type { Secret } from '../../domain/secret.ts';
import type { KubernetesObject } from '../../kube/port.ts';
import { accessObjects, type Rule } from './access.ts';
import {
  AGENT,
  type AgentFacts,
  BOOTSTRAP_SECRET,
  ENVIRONMENT_CONFIG,
  LABELS,
  NAMESPACE,
  SIGN_OF_LIFE_FILE,
  TOKEN_FILE,
  TOKEN_FOLDER,
} from './facts.ts';

export interface AgentOrder extends AgentFacts {
  /** uid. */
  readonly cluster: string;
  /** What the packs of the cluster need to be installed; absent: it has none. */
  readonly packs?: readonly Rule[];
}

/** Everything but the token. */
export function agentObjects(order: AgentOrder): readonly KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels: NAMESPACE_LABELS } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    ...accessObjects(order.packs),
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment(order) },
  ];
}

/** Twelve hex digits that change exactly when the objects do. */
export function agentHash(order: AgentOrder): string {
  return createHash('sha256')
    .update(canonical(agentObjects(order)))
    .digest('hex')
    .slice(0, 12);
}

export function bootstrapSecret(token: Secret): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, name: BOOTSTRAP_SECRET },
    type: 'Opaque',
    data: { [TOKEN_FILE]: Buffer.from(token.reveal()).toString('base64') },
  };
}

/**
 * Scans and patches of nodes need pods that see the host, whatever the cluster asks of others:
 * https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
const NAMESPACE_LABELS = { ...LABELS, 'pod-security.kubernetes.io/enforce': 'privileged' };

const metadata = { name: AGENT, namespace: NAMESPACE, labels: LABELS };
/** Ours in the image; nothing in it has to be root. */
const USER = 65532;

/**
 * Ends badly when the loop has not turned for half an hour, twice what it ever waits; no file yet is one that starts.
 * There is no shell in the image, and nothing that listens.
 */
const STALE =
  `const f = require('node:fs').statSync('${SIGN_OF_LIFE_FILE}', { throwIfNoEntry: false });` +
  ' process.exit(f && Date.now() - f.mtimeMs > 1800000 ? 1 : 0)';

/** One pod at a time: two that beat for one cluster look like a copy. */
function deployment(order: AgentOrder) {
  return {
    replicas: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: { 'app.kubernetes.io/name': AGENT } },
    template: {
      metadata: { labels: LABELS },
      spec: {
        serviceAccountName: AGENT,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        securityContext: {
          runAsNonRoot: true,
          runAsUser: USER,
          runAsGroup: USER,
          fsGroup: USER,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [container(order)],
        volumes: [
          // 0440, for the group of the pod; gone tokens keep nobody from starting.
          { name: 'bootstrap', secret: { secretName: BOOTSTRAP_SECRET, defaultMode: 0o440, optional: true } },
          { name: 'scratch', emptyDir: { sizeLimit: '256Mi' } },
        ],
      },
    },
  };
}

function container({ url, image, cluster }: AgentOrder) {
  return {
    name: 'agent',
    image,
    imagePullPolicy: 'IfNotPresent',
    env: [
      { name: 'SLIPWAY_URL', value: url },
      { name: 'SLIPWAY_CLUSTER', value: cluster },
      { name: 'SLIPWAY_NAMESPACE', value: NAMESPACE },
      // Half of the limit below: helm and what it unpacks need the rest.
      { name: 'NODE_OPTIONS', value: '--max-old-space-size=256' },
      { name: 'HOME', value: '/tmp' },
    ],
    envFrom: [{ configMapRef: { name: ENVIRONMENT_CONFIG, optional: true } }],
    resources: {
      requests: { cpu: '50m', memory: '128Mi' },
      limits: { memory: '512Mi' },
    },
    livenessProbe: {
      exec: { command: ['/nodejs/bin/node', '--eval', STALE] },
      initialDelaySeconds: 60,
      periodSeconds: 300,
      timeoutSeconds: 20,
      successThreshold: 1,
      failureThreshold: 3,
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'bootstrap', mountPath: TOKEN_FOLDER, readOnly: true },
      { name: 'scratch', mountPath: '/tmp' },
    ],
  };
}
