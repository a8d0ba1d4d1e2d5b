/**
 * What the agent's program and what installs it agree on (agent/settings.ts, agent/ports.ts):
 *
 *   environment        SLIPWAY_URL        where this deployment is reached
 *                      SLIPWAY_CLUSTER    uid of the cluster
 *                      SLIPWAY_NAMESPACE  the namespace that it runs in
 *                      and whatever people put into the ConfigMap `slipway-agent-environment`: HTTPS_PROXY, NO_PROXY, ...
 *   file               /var/run/slipway/bootstrap-token, of the Secret `slipway-agent-bootstrap`; it follows the Secret
 *   kept by the agent  Secret `slipway-agent-credential`, ConfigMaps of what it installed
 *   scratch space      /tmp, the only place that it may write to
 *   a sign of life     /tmp/alive, as old as the last turn of its loop; it waits 15 min at most between two
 *   its image          has Node at /nodejs/bin/node (agent/Dockerfile)
 */
export const NAMESPACE = 'slipway-system';
export const AGENT = 'slipway-agent';
export const BOOTSTRAP_SECRET = 'slipway-agent-bootstrap';
export const CREDENTIAL_SECRET = 'slipway-agent-credential';
/** Made by people where a network needs it; never by us. */
export const ENVIRONMENT_CONFIG = 'slipway-agent-environment';
export const TOKEN_FILE = 'bootstrap-token';
export const TOKEN_FOLDER = '/var/run/slipway';

export const SIGN_OF_LIFE_FILE = '/tmp/alive';

/** Whose an object is, for whoever looks at it, and what selects the agent's pod. */
export const LABELS = {
  'app.kubernetes.io/name': AGENT,
  'app.kubernetes.io/managed-by': 'slipway',
} as const;

/** Of the deployment, the same for every cluster. */
export interface AgentFacts {
  /** `https://slipway.example.com` */
  readonly url: string;
  /** With its tag. */
  readonly image: string;
}
