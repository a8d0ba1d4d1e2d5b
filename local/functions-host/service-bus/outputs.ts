/**
 * `serviceBus` output bindings. As on Azure only the body travels: no session, schedule or message id can be set from
 * Node, so anything that needs them sends with the client itself.
 */
import { z } from 'zod';
import type { InvocationResponse, TypedData } from '../core/contract.ts';
import type { LoadedFunction } from '../core/registry.ts';
import { fromTypedData } from '../core/typed-data.ts';
import { type AppSettings, substituteSettings } from '../settings.ts';
import type { ServiceBusConnections } from './connections.ts';

const ServiceBusOutput = z.looseObject({
  connection: z.string().min(1),
  queueName: z.string().optional(),
  topicName: z.string().optional(),
});

export interface OutputContext {
  readonly connections: ServiceBusConnections;
  readonly settings: AppSettings;
}

/** Rejects when a message was not confirmed, which fails the invocation. */
export async function sendOutputs(
  fn: LoadedFunction,
  response: InvocationResponse,
  context: OutputContext,
): Promise<void> {
  const outputs = [...(response.outputData ?? []), { name: '$return', data: response.returnValue }];
  for (const { name, data } of outputs) {
    const binding = fn.bindings[name];
    if (binding?.type === 'serviceBus' && data != null) await send(binding, data, context);
  }
}

async function send(
  binding: object,
  data: TypedData,
  { connections, settings }: OutputContext,
): Promise<void> {
  const { connection, queueName, topicName } = ServiceBusOutput.parse(binding);
  const entity = queueName ?? topicName;
  if (entity === undefined) throw new Error('A serviceBus output names neither queue nor topic');
  const sender = await connections.sender(connection, substituteSettings(entity, settings));
  const value = fromTypedData(data);
  const bodies: readonly unknown[] = Array.isArray(value) ? value : [value];
  await sender.sendMessages(bodies.map((body) => ({ body: toBytes(body) })));
}

/** The client sends a Buffer as it is and would quote a string. */
function toBytes(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
