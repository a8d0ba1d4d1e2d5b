/** Azure and Kubernetes as one incarnation reaches them: the same clients, with every request a place to fail. */
import { AbortError } from '@azure/abort-controller';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { callOf } from '../../lib/clouds/azure/arm/guard-policy.ts';
import { LOGIN_ORIGIN } from '../../lib/clouds/azure/arm/origins.ts';
import type { KubeTransport } from '../../lib/kube/transport.ts';
import { type CallOptions, cloudWriteFate, type Fate, type Incarnation } from './incarnation.ts';

/** A gateway in front of Azure answers in its place: an answer, not a failure of the connection. */
class GatewayRefusal extends Error {
  override readonly name = 'GatewayRefusal';
}

export function azureOf(process: Incarnation, azure: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      try {
        return await process.call(() => azure.sendRequest(request), azureCall(request));
      } catch (error) {
        if (error instanceof GatewayRefusal) return unavailable(request);
        throw error;
      }
    },
  };
}

function azureCall(request: PipelineRequest): CallOptions {
  return {
    failure: (how) => azureFailure(how, request),
    ...(isWrite(request) ? { fate: cloudWriteFate, ...promptly } : {}),
  };
}

/**
 * The deadline is checked right before a write leaves (protocol rule 7), so no freeze comes in between: those before it
 * meet the check, and the one after it is bounded by A, which late landings use up.
 */
const promptly = { freezes: false } as const;

function isWrite(request: PipelineRequest): boolean {
  return !request.url.startsWith(LOGIN_ORIGIN) && callOf(request).verb === 'write';
}

function azureFailure(how: Exclude<Fate, 'ok'>, request: PipelineRequest): Error {
  switch (how) {
    case 'refused':
      return new GatewayRefusal();
    case 'lost':
      return new RestError('socket hang up', { code: 'ECONNRESET', request });
    case 'late':
      // What the SDK's own client throws when `request.timeout` has passed.
      return new AbortError('The operation was aborted.');
  }
}

function unavailable(request: PipelineRequest): PipelineResponse {
  return { request, status: 503, headers: createHttpHeaders(), bodyAsText: 'Service Unavailable' };
}

export function kubernetesOf(process: Incarnation, kubernetes: KubeTransport): KubeTransport {
  return (url, request) =>
    process.call(() => kubernetes(url, request), {
      failure: (how) => Object.assign(new Error(`simulated: ${how}`), { code: 'ECONNRESET' }),
      ...(request.method === 'GET' ? {} : { fate: cloudWriteFate, ...promptly }),
    });
}
