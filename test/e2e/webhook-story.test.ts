/** Webhooks over sockets, through topic, queue and bundle: signed, tried again, and not lost with the process. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aCloudInput } from '../builders/cluster-input.ts';
import { isSigned, keyOf } from '../builders/webhook-world.ts';
import { fences } from '../repo/markdown.ts';
import { readText } from '../repo/tree.ts';
import { LocalStack } from './local-stack.ts';

const SETTINGS = '/projects/default/settings';

interface Arrival {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

type Verify = (secret: string, headers: Record<string, string>, body: string) => boolean;

/** What docs/how-to/receive-webhooks.md tells people to write. */
async function theExampleOfTheGuide(): Promise<Verify> {
  const [code = ''] = fences(readText('docs/how-to/receive-webhooks.md'), 'js');
  const { isFromSlipway } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return isFromSlipway;
}

let stack: LocalStack;
let receiver: Server;
let url: string;
let status = 204;
const arrivals: Arrival[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    arrivals.push({ url, headers: Object.fromEntries(headers), body });
    response.writeHead(status).end();
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  stack = await LocalStack.start();
}, 90_000);
afterAll(async () => {
  await stack?.stop();
  receiver.closeAllConnections();
  await new Promise((closed) => receiver.close(closed));
}, 20_000);

test('[A132] what happens to a cluster arrives, signed, also after a failure and kill -9', async () => {
  const put = await stack.call('PUT', SETTINGS, { webhooks: [{ name: 'alarms', url }] });
  expect(put.status).toBe(200);
  const [{ secret }] = Object(put.body.webhooks);

  status = 503;
  const tested = await stack.call('POST', '/projects/default/webhooks/alarms/test');
  expect(tested.status).toBe(202);
  const ofTest = () => arrivals.filter(({ headers }) => headers['webhook-id'] === tested.body.webhookId);
  await stack.until('the failure is seen', async () => {
    const { body } = await stack.call('GET', SETTINGS);
    return Object(body.webhooks)[0].status?.lastError;
  });
  expect(ofTest()).toHaveLength(1);
  await stack.kill();
  status = 204;
  await stack.restart();
  await stack.until('it is tried again', async () => ofTest()[1]);

  const created = await stack.call('POST', '/projects/default/clusters', {
    name: 'shop',
    profile: { name: 'aks-base', version: '1.0.0' },
    cloud: aCloudInput({ placement: { mode: 'dynamic' } }),
  });
  expect(created.status).toBe(202);
  const finished = await stack.until(
    'the create is told',
    async () => arrivals.find(({ body }) => JSON.parse(body).type === 'slipway.operation.finished'),
    60_000,
  );
  expect(JSON.parse(finished.body)).toMatchObject({
    specversion: '1.0',
    source: '/projects/default/clusters/shop',
    data: { cluster: 'shop', generation: 1 },
  });
  const isFromSlipway = await theExampleOfTheGuide();
  for (const arrival of arrivals) {
    expect(await isSigned(arrival, keyOf(secret))).toBe(true);
    expect(isFromSlipway(secret, arrival.headers, arrival.body)).toBe(true);
    expect(isFromSlipway(secret, arrival.headers, `${arrival.body} `)).toBe(false);
  }
  expect(await stack.call('GET', SETTINGS)).toMatchObject({
    body: {
      webhooks: [{ name: 'alarms', hasSecret: true, status: { lastDeliveredAt: expect.any(String) } }],
    },
  });
  expect(stack.output).not.toContain(secret);
}, 180_000);
