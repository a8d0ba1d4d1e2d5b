/**
 * Looks at the simulated Azure after every request that we sent to it: what must never be there is noted, and the world
 * stops at the note. It sees machines and records, never our own documents' opinion of them.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UID_TAG } from '../../lib/clouds/azure/tags.ts';
import type { AzureSimulator } from '../../local/clouds/azure/simulator.ts';
import type { SimAnswer, SimRequest } from '../../local/clouds/kit/wire.ts';

const CLUSTER = 'Microsoft.ContainerService/managedClusters';
const RESOURCE =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerService\/managedClusters\/[^/]+)(\/agentPools\/[^/]+)?(\/.*)?$/i;
/** What people and our own code can set on a cluster or pool that exists. */
const any = z.unknown().optional();
const Settings = z.object({
  tags: any,
  sku: any,
  properties: z.object({
    mode: any,
    count: any,
    enableAutoScaling: any,
    minCount: any,
    maxCount: any,
    nodeLabels: any,
    nodeTaints: any,
    tags: any,
    autoUpgradeProfile: any,
    aadProfile: any,
  }),
});

export class CloudWatch {
  readonly violations: string[] = [];
  requests = 0;
  /** What the last accepted write of a resource asked for, while nothing else has happened to it. */
  readonly #asked = new Map<string, string>();
  readonly #trace = createHash('sha256');
  readonly #azure: () => AzureSimulator;

  constructor(azure: () => AzureSimulator) {
    this.#azure = azure;
  }

  /** One seed is one history: everything that was asked of the cloud, in order. */
  get trace(): string {
    return this.#trace.copy().digest('hex').slice(0, 16);
  }

  /** A resource that failed may be written again just as it was. */
  sends(request: SimRequest): void {
    if (request.method !== 'PUT') return;
    for (const { id, state } of this.#azure().inventory())
      if (state === 'Failed' || state === 'Canceled') this.#asked.delete(id.toLowerCase());
  }

  saw(request: SimRequest, answer: SimAnswer): void {
    this.requests += 1;
    const path = new URL(request.url).pathname;
    const status = answer === 'cut' ? 0 : answer.status;
    this.#trace.update(`${request.method} ${path} ${status}\n`);
    if (answer !== 'cut' && answer.body.includes('SimulatorDefect')) this.violations.push(answer.body);
    if (request.method === 'GET' || status === 0 || status >= 300) return;
    this.#sawWrite(request, path);
    this.#checkTwins();
  }

  #sawWrite({ method, body }: SimRequest, path: string): void {
    const [, cluster, pool, action] = RESOURCE.exec(path) ?? [];
    if (cluster === undefined || /\/list/i.test(action ?? '')) return;
    const id = `${cluster}${pool ?? ''}`.toLowerCase();
    if (method !== 'PUT') {
      // Machines went, or the whole resource goes: the same wish may be written again.
      this.#asked.delete(id);
      return;
    }
    const asked = JSON.stringify(Settings.parse(JSON.parse(body)));
    if (this.#asked.get(id) === asked) this.violations.push(`A write of ${id} changes nothing: ${asked}`);
    this.#asked.set(id, asked);
  }

  #checkTwins(): void {
    const owners = new Set<string>();
    for (const { kind, tags } of this.#azure().inventory()) {
      const uid = tags[UID_TAG];
      if (kind !== CLUSTER || uid === undefined) continue;
      if (owners.has(uid)) this.violations.push(`Two managed clusters of ${uid}`);
      owners.add(uid);
    }
  }
}
