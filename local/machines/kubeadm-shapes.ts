/**
 * Documents of kubeadm's configuration, v1beta4, as strictly as kubeadm reads them: unknown fields are refused.
 * Source: https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
 */
import { z } from 'zod';

const API_VERSION = z.literal('kubeadm.k8s.io/v1beta4');
const Duration = z.string().regex(/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/, 'not a duration');
const Token = z
  .string()
  .regex(/^[a-z0-9]{6}\.[a-z0-9]{16}$/, 'the bootstrap token is not [a-z0-9]{6}.[a-z0-9]{16}');
const Named = z.strictObject({ name: z.string().min(1), value: z.string() });
const Args = z.array(Named).default([]);

const Taint = z.strictObject({
  key: z.string().min(1),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  timeAdded: z.string().optional(),
});

const NodeRegistration = z.strictObject({
  /** DNS-1123: kubeadm refuses capitals. */
  name: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, 'not a lower-case DNS name')
    .optional(),
  criSocket: z
    .string()
    .regex(/^(?:unix|npipe):\/\//, 'no unix:// address')
    .optional(),
  /** Absent: the default of the role; empty: none. */
  taints: z.array(Taint).optional(),
  kubeletExtraArgs: Args,
  ignorePreflightErrors: z.array(z.string()).optional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  imagePullSerial: z.boolean().optional(),
});

const Timeouts = z.strictObject({
  controlPlaneComponentHealthCheck: Duration.optional(),
  kubeletHealthCheck: Duration.optional(),
  kubernetesAPICall: Duration.optional(),
  etcdAPICall: Duration.optional(),
  tlsBootstrap: Duration.optional(),
  discovery: Duration.optional(),
  upgradeManifests: Duration.optional(),
});

const LocalApiEndpoint = z.strictObject({
  advertiseAddress: z.ipv4().optional(),
  // Anything else would not be where the load balancer looks.
  bindPort: z.literal(6443).optional(),
});

const common = {
  apiVersion: API_VERSION,
  nodeRegistration: NodeRegistration.default({ kubeletExtraArgs: [] }),
  skipPhases: z.array(z.string()).optional(),
  patches: z.strictObject({ directory: z.string() }).optional(),
  timeouts: Timeouts.optional(),
  dryRun: z.literal(false).optional(),
};

const BootstrapToken = z.strictObject({
  token: Token,
  description: z.string().optional(),
  ttl: Duration.optional(),
  expires: z.string().optional(),
  usages: z.array(z.enum(['signing', 'authentication'])).optional(),
  groups: z.array(z.string()).optional(),
});

export const InitConfiguration = z.strictObject({
  ...common,
  kind: z.literal('InitConfiguration'),
  bootstrapTokens: z.array(BootstrapToken).optional(),
  localAPIEndpoint: LocalApiEndpoint.optional(),
  certificateKey: z.string().optional(),
});

const Volume = z.strictObject({
  name: z.string(),
  hostPath: z.string(),
  mountPath: z.string(),
  readOnly: z.boolean().optional(),
  pathType: z.string().optional(),
});
const component = {
  extraArgs: Args.optional(),
  extraVolumes: z.array(Volume).optional(),
  extraEnvs: z.array(Named).optional(),
};

const LocalEtcd = z.strictObject({
  imageRepository: z.string().optional(),
  imageTag: z.string().optional(),
  dataDir: z.string().optional(),
  extraArgs: Args.optional(),
  extraEnvs: z.array(Named).optional(),
  serverCertSANs: z.array(z.string()).optional(),
  peerCertSANs: z.array(z.string()).optional(),
});

export const ClusterConfiguration = z.strictObject({
  apiVersion: API_VERSION,
  kind: z.literal('ClusterConfiguration'),
  // Our machines run etcd beside the API server: no external one.
  etcd: z.strictObject({ local: LocalEtcd }).optional(),
  networking: z
    .strictObject({
      podSubnet: z.cidrv4().optional(),
      serviceSubnet: z.cidrv4().default('10.96.0.0/12'),
      dnsDomain: z.string().optional(),
    })
    .default({ serviceSubnet: '10.96.0.0/12' }),
  kubernetesVersion: z.string().regex(/^v?\d+\.\d+\.\d+$/, 'no version such as v1.33.2'),
  controlPlaneEndpoint: z.string().regex(/^[a-zA-Z0-9.-]+:6443$/, 'no name with the port 6443'),
  apiServer: z.strictObject({ ...component, certSANs: z.array(z.string()).optional() }).optional(),
  controllerManager: z.strictObject(component).optional(),
  scheduler: z.strictObject(component).optional(),
  dns: z
    .strictObject({
      imageRepository: z.string().optional(),
      imageTag: z.string().optional(),
      disabled: z.boolean().optional(),
    })
    .optional(),
  proxy: z.strictObject({ disabled: z.boolean().optional() }).optional(),
  certificatesDir: z.literal('/etc/kubernetes/pki').optional(),
  imageRepository: z.string().optional(),
  featureGates: z.record(z.string(), z.boolean()).optional(),
  clusterName: z.string().optional(),
  encryptionAlgorithm: z.enum(['RSA-2048', 'RSA-3072', 'RSA-4096', 'ECDSA-P256']).optional(),
  certificateValidityPeriod: Duration.optional(),
  caCertificateValidityPeriod: Duration.optional(),
});

const BootstrapDiscovery = z.strictObject({
  token: Token,
  apiServerEndpoint: z.string().regex(/^[a-zA-Z0-9.-]+:\d+$/, 'no name with a port'),
  caCertHashes: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/, 'no sha256:<64 hex digits>')).min(1),
});

export const JoinConfiguration = z.strictObject({
  ...common,
  kind: z.literal('JoinConfiguration'),
  caCertPath: z.literal('/etc/kubernetes/pki/ca.crt').optional(),
  discovery: z.strictObject({ bootstrapToken: BootstrapDiscovery, tlsBootstrapToken: Token.optional() }),
  controlPlane: z
    .strictObject({ localAPIEndpoint: LocalApiEndpoint.optional(), certificateKey: z.string().optional() })
    .optional(),
});

/** Configurations of components: their own programs judge what is in them. */
export const ComponentConfiguration = z.looseObject({
  apiVersion: z.enum(['kubelet.config.k8s.io/v1beta1', 'kubeproxy.config.k8s.io/v1alpha1']),
  kind: z.enum(['KubeletConfiguration', 'KubeProxyConfiguration']),
});

export type NodeRegistration = z.output<typeof NodeRegistration>;
export type Timeouts = z.output<typeof Timeouts>;
