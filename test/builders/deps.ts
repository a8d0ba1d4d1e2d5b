/** The server's ports in memory, under a clock that the test owns. */
import { createRegistry } from '../../lib/clouds/registry.ts';
import { type Config, readConfig } from '../../lib/config.ts';
import type { Deps } from '../../lib/deps.ts';
import type { Secret } from '../../lib/domain/secret.ts';
import type { SecretStore } from '../../lib/secrets/port.ts';
import { FakeAccountProbe } from '../fakes/fake-account-probe.ts';
import { FakeCloud } from '../fakes/fake-cloud.ts';
import { MemoryQueue } from '../fakes/memory-queue.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { NOON_MS } from './cluster.ts';

export class MemorySecrets implements SecretStore {
  readonly values = new Map<string, Secret>();

  async get(name: string): Promise<Secret | undefined> {
    return this.values.get(name);
  }
  async set(name: string, value: Secret): Promise<void> {
    this.values.set(name, value);
  }
  async add(name: string, value: Secret): Promise<void> {
    if (!this.values.has(name)) this.values.set(name, value);
  }
  first(name: string): Promise<Secret | undefined> {
    return this.get(name);
  }
  async delete(name: string): Promise<void> {
    this.values.delete(name);
  }
}

export interface TestDeps extends Deps {
  readonly store: MemoryStore;
  readonly queue: MemoryQueue;
  readonly secrets: MemorySecrets;
  readonly time: { nowMs: number };
  /** Of type `aks`. */
  readonly cloud: FakeCloud;
  readonly aws: FakeCloud;
  readonly probe: FakeAccountProbe;
}

/** Clusters of this deployment get an agent. */
export function withAgents(deps: TestDeps): TestDeps {
  const agents = {
    ...deps.config.agents,
    publicUrl: 'https://slipway.test',
    image: 'registry.test/slipway-agent:0.1.0',
  };
  return { ...deps, config: { ...deps.config, agents } };
}

export function someDeps(config: Partial<Config> = {}): TestDeps {
  const time = { nowMs: NOON_MS };
  let issued = 0;
  const ids = { uuid: () => `00000000-0000-4000-8000-${String(++issued).padStart(12, '0')}` };
  const clock = { now: () => time.nowMs, monotonic: () => time.nowMs };
  const cloud = FakeCloud.aks();
  const aws = FakeCloud.aws();
  const probe = new FakeAccountProbe();
  const quiet = () => {};
  return {
    config: { ...readConfig({}), ...config },
    store: new MemoryStore(clock),
    queue: new MemoryQueue({ now: clock.now, ids }),
    secrets: new MemorySecrets(),
    clouds: createRegistry([cloud, aws], [probe, probe.as('aws')]),
    clock,
    chance: { next: () => 0.5 },
    ids,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    time,
    cloud,
    aws,
    probe,
  };
}
