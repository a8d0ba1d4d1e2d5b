/** A cloud with nothing but instances: what is reachable is what a test says, and what they write to their consoles is kept. */
import type { EpochMs } from '../../lib/domain/time.ts';
import type { MachineHost, MachineSide, PlacedVolume, SimulatedInstance } from '../../local/machines/port.ts';

export const ENDPOINT_HOST = 'shop-api-0123.elb.eu-central-1.amazonaws.com';

export interface Launch {
  readonly id: string;
  /** Last byte of its address. */
  readonly address: number;
  readonly userData?: string;
  readonly clusterUid?: string;
}

export class FakeMachineHost implements MachineHost {
  readonly #running = new Map<string, SimulatedInstance>();
  readonly #consoles = new Map<string, string[]>();
  readonly #now: () => EpochMs;
  readonly secrets = new Map<string, string>();
  /** Behind ENDPOINT_HOST:6443, where `probe` finds them. */
  readonly attached: string[] = [];
  probe: (id: string) => boolean = () => true;
  readonly balancers = new Set<string>();
  /** By id. */
  readonly volumes = new Map<string, PlacedVolume>();
  hasWayOut = true;
  /** `from to port` that security groups do not let through. */
  readonly blocked = new Set<string>();

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  launch({ id, address, userData, clusterUid }: Launch): SimulatedInstance {
    const instance: SimulatedInstance = {
      id,
      region: 'eu-central-1',
      zone: 'eu-central-1a',
      privateIp: `10.0.0.${address}`,
      privateDnsName: `ip-10-0-0-${address}.eu-central-1.compute.internal`,
      instanceType: 'm5.large',
      cpuMilli: 2_000,
      memoryBytes: 8 * 1024 ** 3,
      providerId: `aws:///eu-central-1a/${id}`,
      runningSince: this.#now(),
      ...(userData === undefined ? {} : { userData }),
      ...(clusterUid === undefined ? {} : { clusterUid }),
    };
    this.#running.set(id, instance);
    return instance;
  }

  /** It comes back with `start`. */
  stop(id: string): SimulatedInstance {
    const instance = this.#running.get(id);
    if (instance === undefined) throw new Error(`${id} does not run`);
    this.#running.delete(id);
    return instance;
  }

  start(instance: SimulatedInstance): void {
    this.#running.set(instance.id, { ...instance, runningSince: this.#now() });
  }

  terminate(id: string, side: MachineSide): void {
    this.#running.delete(id);
    side.gone(id);
  }

  consoleOf(id: string): readonly string[] {
    return this.#consoles.get(id) ?? [];
  }

  instances(): readonly SimulatedInstance[] {
    return [...this.#running.values()];
  }

  reachesInternet(): boolean {
    return this.hasWayOut;
  }

  reachesPeer(from: string, to: string, port: number): boolean {
    return !this.blocked.has(`${from} ${to} ${port}`);
  }

  behind(host: string, port: number): readonly string[] {
    if (host !== ENDPOINT_HOST || port !== 6443) return [];
    return this.attached.filter((id) => this.#running.has(id) && this.probe(id));
  }

  bootSecret(name: string): string | undefined {
    return this.secrets.get(name);
  }

  console(instanceId: string, _atMs: EpochMs, line: string): void {
    this.#consoles.set(instanceId, [...this.consoleOf(instanceId), line]);
  }

  ensureBalancer({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
    this.balancers.add(`${namespace}/${name}`);
    return `${name}-1.eu-central-1.elb.amazonaws.com`;
  }

  removeBalancer({ namespace, name }: { readonly namespace: string; readonly name: string }): boolean {
    this.balancers.delete(`${namespace}/${name}`);
    return true;
  }

  ensureVolume(order: PlacedVolume): string {
    const id = `vol of ${order.claim.name}`;
    this.volumes.set(id, order);
    return id;
  }

  removeVolume(id: string): void {
    this.volumes.delete(id);
  }
}
