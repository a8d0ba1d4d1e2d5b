/** The way from an Azure SDK client to the simulator without a socket: an HttpClient for core-rest-pipeline. */
import { AbortError } from '@azure/abort-controller';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import type { SimHandler, SimRequest } from '../kit/wire.ts';

export function inProcessHttpClient(simulator: { readonly handle: SimHandler }): HttpClient {
  return {
    async sendRequest(request) {
      if (request.abortSignal?.aborted) throw new AbortError('The operation was aborted.');
      const answer = simulator.handle(await plainRequest(request));
      if (answer === 'cut') throw new RestError('The connection was reset.', { code: 'ECONNRESET', request });
      return {
        request,
        status: answer.status,
        headers: createHttpHeaders({ ...answer.headers }),
        bodyAsText: answer.body,
      } satisfies PipelineResponse;
    },
  };
}

async function plainRequest({ method, url, headers, body }: PipelineRequest): Promise<SimRequest> {
  return { method, url, headers: headers.toJSON(), body: await textOf(body) };
}

async function textOf(body: PipelineRequest['body']): Promise<string> {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  throw new Error('Only text bodies reach Azure Resource Manager.');
}
