/** A deployment with receivers around it: settings over HTTP, events on the topic, attempts on a clock of the test's own. */
import { getSettings } from '../../functions/http/get-settings.ts';
import { putSettings } from '../../functions/http/put-settings.ts';
import { testWebhook } from '../../functions/http/test-webhook.ts';
import { deliverWebhook } from '../../functions/queues/deliver-webhook.ts';
import { fanOutWebhooks } from '../../functions/queues/fan-out-webhooks.ts';
import { PROJECT_ID, projectAddress } from '../../lib/api/auth/grants.ts';
import { CONTAINERS, type ContainerName } from '../../lib/store/port.ts';
import { createLogger } from '../../lib/telemetry/logger.ts';
import type { WebhookDeps } from '../../lib/webhooks/deliver.ts';
import { Traffic } from '../../lib/webhooks/traffic.ts';
import type { PostOutcome, WebhookPost } from '../../lib/webhooks/transport.ts';
import type { QueuedWebhook } from '../fakes/memory-queue.ts';
import type { TestDeps } from './deps.ts';
import { type Received, type RequestParts, send, someApiDeps, type TestApiDeps } from './http.ts';
import { admin } from './project.ts';

type Behaviour = (post: WebhookPost) => PostOutcome | Promise<PostOutcome>;

export const answers =
  (status: number): Behaviour =>
  () => ({ kind: 'answered', status });

interface Arrival extends WebhookPost {
  readonly atMs: number;
}

export class WebhookWorld {
  readonly deps: TestApiDeps & WebhookDeps;
  /** What receivers got, in order. */
  readonly arrivals: Arrival[] = [];
  readonly logs: string[] = [];
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #taken = new Set<string>();
  #published = 0;

  private constructor(deps: TestApiDeps) {
    const logger = createLogger({
      clock: deps.clock,
      level: 'debug',
      write: (line) => this.logs.push(line),
    });
    const postWebhook = (post: WebhookPost) => this.#receive(post);
    this.deps = { ...deps, logger, postWebhook, traffic: new Traffic() };
  }

  /** `around`: the ports of a world that exists already. */
  static async open(around?: TestDeps): Promise<WebhookWorld> {
    const world = new WebhookWorld({ ...(await someApiDeps()), ...around });
    await world.deps.store.upsert(projectAddress('default'), { id: PROJECT_ID, type: 'project' });
    return world;
  }

  /** How the receiver at this host answers from now on; 204 when nothing was said. */
  receiver(host: string, behaviour: Behaviour): void {
    this.#behaviours.set(host, behaviour);
  }

  /** As an admin, unless the parts say otherwise. */
  put(webhooks: unknown, parts: RequestParts = admin): Promise<Received> {
    return this.putAll({ webhooks }, parts);
  }

  putAll(body: unknown, parts: RequestParts = admin): Promise<Received> {
    return send(this.deps, putSettings, { ...parts, params: { project: 'default' }, body });
  }

  get(parts: RequestParts = admin): Promise<Received> {
    return send(this.deps, getSettings, { ...parts, params: { project: 'default' } });
  }

  test(name: string, parts: RequestParts = admin): Promise<Received> {
    return send(this.deps, testWebhook, { ...parts, params: { project: 'default', name } });
  }

  /** What `GET .../settings` says about a hook. */
  async hook(name: string): Promise<unknown> {
    const { webhooks } = Object((await this.get()).body);
    return webhooks?.find((hook: { readonly name: string }) => hook.name === name);
  }

  async publish(event: Record<string, unknown> = {}): Promise<void> {
    await this.deps.queue.publishLifecycle({ body: anEvent(event) });
  }

  /** Everything that is due by then, each at its time; now, when nothing is said. */
  async run(untilMs = this.deps.time.nowMs): Promise<void> {
    await this.fanOut();
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.deps.time.nowMs = Math.max(this.deps.time.nowMs, next.dueAt);
      await this.attempt(next);
    }
    this.deps.time.nowMs = Math.max(this.deps.time.nowMs, untilMs);
  }

  async fanOut(): Promise<void> {
    const handler = fanOutWebhooks(() => this.deps);
    for (; this.#published < this.deps.queue.published.length; this.#published += 1) {
      await handler(copied(this.deps.queue.published[this.#published]?.body));
    }
  }

  /** Attempts that nobody has begun. */
  get waiting(): readonly QueuedWebhook[] {
    return this.deps.queue.webhooks.filter(({ messageId }) => !this.#taken.has(messageId));
  }

  async attempt({ messageId, message }: QueuedWebhook): Promise<void> {
    this.#taken.add(messageId);
    await deliverWebhook(() => this.deps)(copied(message));
  }

  /** Every document of every container, and every message, as text. */
  async everything(): Promise<string> {
    const containers = Object.keys(CONTAINERS) as ContainerName[];
    const pages = await Promise.all(
      containers.map((container) => this.deps.store.query({ container, where: [], limit: 1_000 })),
    );
    const { webhooks, published } = this.deps.queue;
    return JSON.stringify([pages, webhooks, published, this.logs]);
  }

  #next(untilMs: number): QueuedWebhook | undefined {
    return [...this.waiting].sort((a, b) => a.dueAt - b.dueAt).find(({ dueAt }) => dueAt <= untilMs);
  }

  async #receive(post: WebhookPost): Promise<PostOutcome> {
    this.arrivals.push({ ...post, atMs: this.deps.time.nowMs });
    const behaviour = this.#behaviours.get(new URL(post.url).hostname) ?? answers(204);
    return behaviour(post);
  }
}

function anEvent(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: 'event-1',
    source: '/projects/default/clusters/shop',
    type: 'slipway.condition.changed',
    ...fields,
  };
}

/** As it comes off the wire. */
function copied(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** By the platform's own WebCrypto, which shares nothing with what signed. `key`: bytes. */
export async function isSigned({ headers, body }: WebhookPost, key: Buffer): Promise<boolean> {
  const [version, signature = ''] = (headers['webhook-signature'] ?? '').split(',');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['verify']);
  const signed = new TextEncoder().encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  const given = new Uint8Array(Buffer.from(signature, 'base64'));
  return version === 'v1' && crypto.subtle.verify('HMAC', imported, given, signed);
}

export function keyOf(secret: unknown): Buffer {
  return Buffer.from(String(secret).replace(/^whsec_/, ''), 'base64');
}
