/**
 * host.json as far as this host acts on it, with the defaults of Azure's extensions (Microsoft.Azure.WebJobs.Extensions
 * .ServiceBus 5.x, ServiceBusOptions.cs; HttpOptions.cs). Settings that only matter in Azure (telemetry, scaling,
 * bundles) are accepted and ignored.
 */
import { z } from 'zod';
import { parseTimeSpan } from './time-span.ts';

const TimeSpan = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `"${text}" is no time span (hh:mm:ss)` });
  return z.NEVER;
});

const ClientRetryOptions = z.looseObject({
  mode: z.enum(['exponential', 'fixed', 'Exponential', 'Fixed']).default('exponential'),
  tryTimeout: TimeSpan.default(60_000),
  delay: TimeSpan.default(800),
  maxDelay: TimeSpan.default(60_000),
  maxRetries: z.number().int().min(0).default(3),
});

const ServiceBus = z.looseObject({
  autoCompleteMessages: z.boolean().default(true),
  maxConcurrentCalls: z.number().int().positive().default(16),
  maxConcurrentSessions: z.number().int().positive().default(8),
  maxAutoLockRenewalDuration: TimeSpan.default(300_000),
  sessionIdleTimeout: TimeSpan.optional(),
  clientRetryOptions: ClientRetryOptions.prefault({}),
});

const HostJson = z.looseObject({
  version: z.literal('2.0'),
  extensions: z
    .looseObject({
      http: z.looseObject({ routePrefix: z.string().default('api') }).prefault({}),
      serviceBus: ServiceBus.prefault({}),
    })
    .prefault({}),
});

export interface ServiceBusSettings {
  readonly autoComplete: boolean;
  readonly maxConcurrentCalls: number;
  readonly maxConcurrentSessions: number;
  readonly maxLockRenewalMs: number;
  readonly sessionIdleTimeoutMs: number;
  readonly retry: {
    readonly exponential: boolean;
    readonly tryTimeoutMs: number;
    readonly delayMs: number;
    readonly maxDelayMs: number;
    readonly maxRetries: number;
  };
}

export interface HostSettings {
  /** Without slashes at its ends; empty: routes start at the root. */
  readonly routePrefix: string;
  readonly serviceBus: ServiceBusSettings;
}

/** Throws a ZodError that names what is wrong: a host with half its settings would surprise later. */
export function parseHostJson(json: unknown): HostSettings {
  const { http, serviceBus } = HostJson.parse(json).extensions;
  const retry = serviceBus.clientRetryOptions;
  return {
    routePrefix: http.routePrefix.replaceAll(/^\/+|\/+$/g, ''),
    serviceBus: {
      autoComplete: serviceBus.autoCompleteMessages,
      maxConcurrentCalls: serviceBus.maxConcurrentCalls,
      maxConcurrentSessions: serviceBus.maxConcurrentSessions,
      maxLockRenewalMs: serviceBus.maxAutoLockRenewalDuration,
      // The extension waits one try for the next message of a session unless told otherwise.
      sessionIdleTimeoutMs: serviceBus.sessionIdleTimeout ?? retry.tryTimeout,
      retry: {
        exponential: retry.mode.toLowerCase() === 'exponential',
        tryTimeoutMs: retry.tryTimeout,
        delayMs: retry.delay,
        maxDelayMs: retry.maxDelay,
        maxRetries: retry.maxRetries,
      },
    },
  };
}
