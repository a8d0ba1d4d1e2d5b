/**
 * The port of the local API servers, kept beside their certificate: kubeconfigs name it, so it has to outlive a restart
 * just as the address of a real API server does.
 */
import { z } from 'zod';
import { hasCode } from '../has-code.ts';
import type { ListeningServer } from './http-exchange.ts';
import type { ObjectStore } from './object-store.ts';
import { type ServeOptions, serveClusters } from './server.ts';

const KeptPort = z.object({ port: z.int().min(1).max(65_535) });

/** No cluster has an empty id. */
const OF_ALL_CLUSTERS = '';
const RESOURCE = 'slipway/server-port';
const ANY_FREE = 0;

/** On the port of last time; on any free one the first time, or when somebody else took it meanwhile. */
export async function serveOnKeptPort(
  options: Omit<ServeOptions, 'port'>,
  store: ObjectStore,
): Promise<ListeningServer> {
  const kept = KeptPort.safeParse(store.get(OF_ALL_CLUSTERS, RESOURCE, 'https'));
  const server = await serveOnOrElsewhere(options, kept.success ? kept.data.port : ANY_FREE);
  store.put(OF_ALL_CLUSTERS, RESOURCE, 'https', { port: server.port });
  return server;
}

async function serveOnOrElsewhere(
  options: Omit<ServeOptions, 'port'>,
  port: number,
): Promise<ListeningServer> {
  try {
    return await serveClusters({ ...options, port });
  } catch (error) {
    if (port === ANY_FREE || !hasCode(error, 'EADDRINUSE')) throw error;
    return serveClusters({ ...options, port: ANY_FREE });
  }
}
