/**
 * What the agent asks of the world around it. Nothing below agent/ but ambient.ts, the adapters that main.ts puts
 * together and main.ts itself reaches outside on its own, so that many agents run in one process and tests own time.
 */
import type { Chance, Clock, Ids, Logger } from '../lib/domain/ports.ts';

export interface Time extends Clock {
  /** Resolves after so many milliseconds, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface HttpRequest {
  readonly method: HttpMethod;
  /** Whole for the control plane; below the API server for a Kubernetes API: `/api/v1/nodes?limit=500`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/**
 * Every answer resolves, whatever its status; rejects when none came, or one larger than is read. How long it waits is
 * the adapter's to say.
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

export interface Files {
  /** The file's text; `undefined`: there is none. */
  read(path: string): Promise<string | undefined>;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HelmCall {
  /** Without the program's name. */
  readonly args: readonly string[];
  /** YAML or JSON; the adapter hands it over in a file that only we can read and that is gone afterwards. */
  readonly values?: string;
  readonly signal: AbortSignal;
}

export type Helm = (call: HelmCall) => Promise<ProgramResult>;

/** What an agent is made of: see createAgent. */
export interface AgentOptions {
  readonly server: {
    /** `https://slipway.example.com`, without a path. */
    readonly url: string;
    /** uid of the cluster. */
    readonly cluster: string;
  };
  /** To the control plane. */
  readonly http: Http;
  /** To the API server of the cluster that the agent lives in: kube/kube-config.ts makes one of a KubeConfig. */
  readonly kube: Http;
  readonly time: Time;
  readonly chance: Chance;
  readonly ids: Ids;
  readonly files: Files;
  readonly helm: Helm;
  readonly log: Logger;
  /** Called by every turn of the loop that beats, for whoever watches the process. Absent: nobody does. */
  readonly alive?: () => Promise<void>;
  /** Where the bootstrap token is mounted; BOOTSTRAP_TOKEN_FILE when absent. */
  readonly bootstrapTokenFile?: string;
  /** AGENT_NAMESPACE when absent. */
  readonly namespace?: string;
}

export const BOOTSTRAP_TOKEN_FILE = '/var/run/slipway/bootstrap-token';
/** As old as the last turn of the loop: the probe of the Deployment looks at it. */
export const SIGN_OF_LIFE_FILE = '/tmp/alive';
export const AGENT_NAMESPACE = 'slipway-system';
/** Of its Deployment, and the label of its pods. */
export const AGENT_NAME = 'slipway-agent';
