import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, test } from '@jest/globals';
import { FakeHttpClient } from '../../../../test/fakes/fake-http-client.ts';
import { createHttpClients, rewritingHttpClient } from './origins.ts';

const RULES = [['https://management.azure.com', 'http://127.0.0.1:8000/']] as const;

describe('rewritingHttpClient', () => {
  test('sends to the configured address and puts the logical one back', async () => {
    const inner = new FakeHttpClient(() => ({ status: 200 }));
    const request = createPipelineRequest({ url: 'https://management.azure.com/subscriptions?x=1' });
    const response = await rewritingHttpClient(inner, RULES).sendRequest(request);
    expect(inner.sent[0]?.url.href).toBe('http://127.0.0.1:8000/subscriptions?x=1');
    expect(response.request.url).toBe('https://management.azure.com/subscriptions?x=1');
  });

  test('also after a failure', async () => {
    const inner = new FakeHttpClient(() => {
      throw new Error('cut');
    });
    const request = createPipelineRequest({ url: 'https://management.azure.com/x' });
    await expect(rewritingHttpClient(inner, RULES).sendRequest(request)).rejects.toThrow('cut');
    expect(request.url).toBe('https://management.azure.com/x');
  });

  test('leaves other origins alone, also such that begin alike', async () => {
    const inner = new FakeHttpClient(() => ({ status: 200 }));
    const url = 'https://management.azure.com.evil.example/x';
    await rewritingHttpClient(inner, RULES).sendRequest(createPipelineRequest({ url }));
    expect(inner.sent[0]?.url.href).toBe(url);
  });
});

test('an injected client serves everything that has none of its own', () => {
  const arm = new FakeHttpClient(() => ({ status: 200 }));
  const nowhere = { armUrl: '', loginUrl: '', graphUrl: '' };
  expect(createHttpClients(nowhere, { httpClient: arm })).toEqual({ arm, login: arm });
});
