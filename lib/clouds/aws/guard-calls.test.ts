import { DescribeVpcsCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { HttpResponse } from '@smithy/core/protocols';
import type { CallAnswer, CallGuard, CallRefusal, CloudCall } from '../port.ts';
import { callOf, guardCalls } from './guard-calls.ts';

const XML = { 'content-type': 'text/xml' };
const EMPTY =
  '<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet/></DescribeVpcsResponse>';

function aClient(refusal?: CallRefusal, status = 200) {
  const sent: unknown[] = [];
  const settled: CallAnswer[] = [];
  const guard: CallGuard = {
    admit: () => refusal,
    settled: (_call: CloudCall, answer) => settled.push(answer),
  };
  const client = new EC2Client({
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: async (request: unknown) => {
        sent.push(request);
        return { response: new HttpResponse({ statusCode: status, headers: XML, body: Buffer.from(EMPTY) }) };
      },
    },
  });
  return { client: guardCalls(client, guard), sent, settled };
}

describe('the guard of AWS calls', () => {
  test('tells reads from writes, and families with stricter rates', () => {
    expect(callOf('EC2Client', 'DescribeVpcsCommand')).toMatchObject({
      verb: 'read',
      family: 'EC2:DescribeVpcs',
    });
    expect(callOf('EC2Client', 'RunInstancesCommand')).toEqual({
      verb: 'write',
      family: 'EC2:RunInstances',
      rate: { burst: 5, perSecond: 2 },
    });
  });

  test('sees the signed request go and what came back', async () => {
    const { client, sent, settled } = aClient();
    await client.send(new DescribeVpcsCommand({}));
    expect(JSON.stringify(sent[0])).toContain('AWS4-HMAC-SHA256');
    expect(settled).toEqual([{ status: 200 }]);
  });

  test('sends nothing after the deadline', async () => {
    const { client, sent } = aClient({ why: 'deadline' });
    await expect(client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 }))).rejects.toMatchObject({
      name: 'PassDeadlineError',
    });
    expect(sent).toEqual([]);
  });

  test('503 is a word about the rate of calls', async () => {
    const { client, settled } = aClient(undefined, 503);
    await expect(client.send(new DescribeVpcsCommand({}))).rejects.toBeDefined();
    expect(settled).toEqual([{ status: 429, retryAfterMs: 5_000 }]);
  });
});
