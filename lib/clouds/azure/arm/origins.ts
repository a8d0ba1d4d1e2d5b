/**
 * Where requests to Azure really go. The clients always speak to the public https origins, so that signing, headers
 * and polling are those of production; a configured address only changes the transport beneath them. core-lro reads
 * `request.url` afterwards and the bearer policy refuses plain http, hence the logical URL is put back.
 */
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';

export const ARM_ORIGIN = 'https://management.azure.com';
export const LOGIN_ORIGIN = 'https://login.microsoftonline.com';
export const GRAPH_ORIGIN = 'https://graph.microsoft.com';

/** Injected by simulations: requests arrive with their logical https URLs. */
export interface AzureTransport {
  readonly httpClient?: HttpClient;
  /** The Entra token endpoint; `httpClient` when absent. */
  readonly loginHttpClient?: HttpClient;
}

export interface AzureAddresses {
  /** Empty: the public cloud. */
  readonly armUrl: string;
  readonly loginUrl: string;
  readonly graphUrl: string;
}

export interface HttpClients {
  readonly arm: HttpClient;
  readonly login: HttpClient;
}

export function createHttpClients(addresses: AzureAddresses, transport: AzureTransport = {}): HttpClients {
  if (transport.httpClient) {
    return { arm: transport.httpClient, login: transport.loginHttpClient ?? transport.httpClient };
  }
  const rewrites: readonly (readonly [string, string])[] = [
    [ARM_ORIGIN, addresses.armUrl],
    [LOGIN_ORIGIN, addresses.loginUrl],
    [GRAPH_ORIGIN, addresses.graphUrl],
  ];
  const client = rewritingHttpClient(
    createDefaultHttpClient(),
    rewrites.filter(([, actual]) => actual !== ''),
  );
  return { arm: client, login: transport.loginHttpClient ?? client };
}

export function rewritingHttpClient(
  inner: HttpClient,
  rewrites: readonly (readonly [logical: string, actual: string])[],
): HttpClient {
  if (rewrites.length === 0) return inner;
  return {
    async sendRequest(request) {
      const logicalUrl = request.url;
      const rule = rewrites.find(
        ([logical]) => logicalUrl === logical || logicalUrl.startsWith(`${logical}/`),
      );
      if (!rule) return inner.sendRequest(request);
      const [logical, actual] = rule;
      request.url = actual.replace(/\/$/, '') + logicalUrl.slice(logical.length);
      request.allowInsecureConnection = true;
      try {
        return await inner.sendRequest(request);
      } finally {
        request.url = logicalUrl;
      }
    },
  };
}
