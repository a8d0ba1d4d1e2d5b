/**
 * What the parts of the server need from each other, as one bundle of ports. lib/app.ts builds the real one; the
 * simulation tests build theirs. Functions take the narrowest `Pick` that serves them.
 */
import type { CloudRegistry } from './clouds/registry.ts';
import type { Config } from './config.ts';
import type { Chance, Clock, Ids, Logger } from './domain/ports.ts';
import type { MessageSender } from './queue/port.ts';
import type { SecretStore } from './secrets/port.ts';
import type { DocumentStore } from './store/port.ts';

export interface Deps {
  readonly config: Config;
  readonly store: DocumentStore;
  readonly queue: MessageSender;
  readonly secrets: SecretStore;
  readonly clouds: CloudRegistry;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly ids: Ids;
  readonly logger: Logger;
}
