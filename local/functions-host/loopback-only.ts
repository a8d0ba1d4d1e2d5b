/**
 * Keeps servers that others open on the loopback interface: the library's streaming server listens on all interfaces,
 * which on a developer's machine would let the network in. Node announces each `listen` before it binds
 * (diagnostics_channel, `tracing:net.server.listen`).
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';
import { z } from 'zod';

const LISTEN = 'tracing:net.server.listen:asyncStart';

const Announcement = z.object({
  server: z.instanceof(Server),
  options: z.custom<{ host?: string; path?: string }>((value) => typeof value === 'object' && value !== null),
});

/** Runs `work`; returns the servers that were opened meanwhile, for the caller to close. */
export async function keepOnLoopback(work: () => Promise<void>): Promise<readonly Server[]> {
  const opened: Server[] = [];
  const confine = (message: unknown) => {
    const announced = Announcement.safeParse(message);
    if (!announced.success) return;
    const { server, options } = announced.data;
    if (options.host === undefined && options.path === undefined) options.host = '127.0.0.1';
    opened.push(server);
  };
  subscribe(LISTEN, confine);
  try {
    await work();
  } finally {
    unsubscribe(LISTEN, confine);
  }
  return opened;
}
