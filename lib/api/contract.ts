/**
 * What a route is, apart from its logic. Access is a required field, so that no route can forget it; the same schemas
 * validate requests and make the OpenAPI document (openapi.ts).
 */
import type { z } from 'zod';
import type { Agent } from '../agents/authenticate.ts';
import type { AgentInbox } from '../agents/inbox.ts';
import type { Tags } from '../domain/cluster.ts';
import type { ConnectWorkloadApi } from '../kube/port.ts';
import type { PassDeps } from '../reconcile/engine.ts';
import type { Answer } from './answer.ts';
import type { Authenticator, Caller, Grant, Role } from './auth/caller.ts';
import type { Problem } from './problem.ts';

/** With the engine's budgets: a plan looks at a cloud as a pass does, and pays from the same purse. */
export interface ApiDeps extends PassDeps {
  readonly authenticator: Authenticator;
  /** Opens a cluster's own API, for what is read live. */
  readonly connectWorkload: ConnectWorkloadApi;
  /** Where the beats of agents arrive. */
  readonly inbox: AgentInbox;
}

export type Access =
  | 'public'
  | 'authenticated'
  /** The agent of a cluster, by its own credential; no token of a person or an application is good for it. */
  | 'agent'
  /** An agent that has no credential yet, or one that it renews: whoever shows one has to show a good one. */
  | 'enrolling-agent'
  | {
      readonly role: Role;
      /**
       * `project` (the default): the project in the path or in `?project=`; it must exist and be visible. `new-project`:
       * it may be absent, for the route that makes it. `deployment`: a role that the token carries for every project.
       */
      readonly of?: 'project' | 'new-project' | 'deployment';
    };

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

export interface ResponseDescription {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** `application/json` when absent. */
  readonly contentType?: string;
}

/** The part that documents and registers a route: the same for all, whatever their types. */
export interface RouteDescription {
  /** Unique; the function's name and the operation id. */
  readonly name: string;
  readonly method: Method;
  /** Below the host's route prefix: `v1/projects/{project}/clusters/{cluster}`. */
  readonly route: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly lenientBody?: z.ZodType;
  /** An absent body reads as `{}`. */
  readonly bodyOptional?: boolean;
  /** 256 KiB when absent; 1 MiB at most. */
  readonly bodyLimitBytes?: number;
  /** The answer holds a secret: it is not kept for the Idempotency-Key, which is ignored. */
  readonly answersSecret?: boolean;
  readonly responses: Readonly<Record<number, ResponseDescription>>;
  readonly requestExample?: unknown;
  /** Instead of one, when a route does several things: by name, `scale`. */
  readonly requestExamples?: Readonly<Record<string, RequestExample>>;
}

export interface RequestExample {
  readonly summary: string;
  readonly value: unknown;
}

/** What is known of a call before its body was looked at. */
export interface Approach<P, Q, T> {
  readonly caller: Caller;
  /** What the caller may do in the project; absent on routes without a role. */
  readonly grant?: Grant;
  /** Who calls on routes for agents; absent on all others. `agentOf` is for logic that knows. */
  readonly agent?: Agent;
  /** Does the caller's filter admit an object with these tags? Always true where no filter applies. */
  sees(tags: Tags): boolean;
  readonly params: P;
  readonly query: Q;
  /** What `locate` found. */
  readonly target: T;
  /** The JSON as it came; `undefined` on routes without a body. */
  readonly rawBody: unknown;
  /** Generation named by If-Match; -1 for a tag of nobody's. Absent: no condition. */
  readonly ifMatchGeneration?: number;
  readonly correlationId: string;
  /** The whole address, as the caller wrote it. */
  readonly url: string;
  readonly deps: ApiDeps;
}

export interface Call<P, Q, B, T> extends Approach<P, Q, T> {
  readonly body: B;
}

export interface Contract<P, Q, B, T> extends RouteDescription {
  /** Path parameters. What fails here cannot name anything: 404. */
  readonly params?: z.ZodType<P>;
  /** Query parameters; 422 with path `/<name>`. Unknown ones are ignored. */
  readonly query?: z.ZodType<Q>;
  /** Validated before the logic runs; everything wrong with it is answered at once. */
  readonly body?: z.ZodType<B>;
  /**
   * Instead of `body`: documents the body, but the logic reads `rawBody` itself, so that what the schema, the rules and
   * the cloud have to say comes in one answer.
   */
  readonly lenientBody?: z.ZodType;
  /** Finds the object that the path names, before the role is judged: what is invisible answers 404, not 403. */
  readonly locate?: {
    /** `cluster` gives the code CLUSTER_NOT_FOUND; `cloud account` gives CLOUD_ACCOUNT_NOT_FOUND. */
    readonly what: string;
    find(at: LocateInput<NoInfer<P>>): Promise<T | Missing | undefined>;
  };
  /** 412 and 428: judged before any rule about the body. */
  precondition?(call: Approach<P, Q, T>): Problem | undefined | Promise<Problem | undefined>;
}

/** What is missing is something around the object: `{missing: 'cluster'}` for a pool of no cluster. */
export interface Missing {
  readonly missing: string;
}

export type LocateInput<P> = Pick<Approach<P, never, never>, 'caller' | 'params' | 'sees' | 'deps'>;

export type Logic<P, Q, B, T> = (call: Call<P, Q, B, T>) => Promise<Answer> | Answer;
