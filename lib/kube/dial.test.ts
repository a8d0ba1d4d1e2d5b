import { expect, test } from '@jest/globals';
import { dialled } from './dial.ts';

const BALANCER = 'shop-1a2b3c-api-0123.elb.eu-central-1.amazonaws.com';
const GATEWAY = '127.0.0.1:16444';

test.each([
  ['an AWS load balancer, where there is a gateway', BALANCER, '6443', GATEWAY, '127.0.0.1', '16444'],
  ['of China, too', 'x.elb.cn-north-1.amazonaws.com.cn', '6443', GATEWAY, '127.0.0.1', '16444'],
  ['an AWS load balancer without a gateway', BALANCER, '6443', '', BALANCER, '6443'],
  ['any other host', 'api.example', '', GATEWAY, 'api.example', '443'],
  [
    'a host that only looks like one',
    `${BALANCER}.evil.example`,
    '6443',
    GATEWAY,
    `${BALANCER}.evil.example`,
    '6443',
  ],
])('%s', (_name, host, port, gateway, toHost, toPort) => {
  expect(dialled(host, port, gateway)).toEqual({ host: toHost, port: toPort });
});
