/**
 * A Cosmos DB account on this machine: the NoSQL protocol over HTTP, good enough for the unmodified `@azure/cosmos`
 * client, with its data in one SQLite file. For local mode and for tests; it checks that credentials were sent, not
 * which, and therefore listens on the loopback interface only.
 */
import type { AddressInfo } from 'node:net';
import type { EpochMs } from '../../lib/domain/time.ts';
import { Catalog } from './catalog.ts';
import { type FaultStatus, Faults, type Refusal, Throughput } from './faults.ts';
import { Journal } from './journal.ts';
import { cosmosServer } from './server.ts';

export interface CosmosOptions {
  /** Where the data is kept; in memory when absent. */
  readonly file?: string;
  /** A free one when absent or 0. */
  readonly port?: number;
  /** Throughput of the whole account; without a limit when absent. */
  readonly requestUnitsPerSecond?: number;
  /** Epoch milliseconds, for expiry, faults and throughput; the system's clock when absent. */
  readonly now?: () => EpochMs;
}

export interface CosmosServer {
  readonly endpoint: string;
  readonly port: number;
  /** A key that clients can be given. */
  readonly key: string;
  /** Answers requests for documents with 429. */
  throttle(refusal: Refusal): void;
  /** Answers requests for documents with another status of a service in trouble. */
  refuse(status: FaultStatus, refusal: Refusal): void;
  /** Lets the next requests take effect and breaks the connection before the answer. */
  loseAnswers(count: number): void;
  /** Ends what `throttle`, `refuse` and `loseAnswers` began. */
  recover(): void;
  close(): Promise<void>;
}

/** The well-known key of Microsoft's emulator: nobody can mistake it for a secret. */
const KEY = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

export async function startCosmos(options: CosmosOptions = {}): Promise<CosmosServer> {
  const now = options.now ?? Date.now;
  const journal = new Journal(options.file ?? ':memory:');
  const faults = new Faults(now);
  const limit = options.requestUnitsPerSecond;
  const server = cosmosServer({
    catalog: new Catalog({ journal, now }),
    faults,
    ...(limit !== undefined && { throughput: new Throughput(limit, now) }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
  return {
    endpoint: `http://127.0.0.1:${port}/`,
    port,
    key: KEY,
    throttle: (refusal) => faults.refuse(429, refusal),
    refuse: (status, refusal) => faults.refuse(status, refusal),
    loseAnswers: (count) => faults.loseAnswers(count),
    recover: () => faults.clear(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      journal.close();
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address === 'object' && address) return address.port;
  throw new Error('the server has no port');
}
