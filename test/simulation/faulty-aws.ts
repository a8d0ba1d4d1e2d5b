/** AWS and the clusters' API servers as one incarnation reaches them: the same clients, every request a place to fail. */
import type { AwsTransport } from '../../lib/clouds/aws/session.ts';
import type { KubeAccess } from '../../lib/kube/kubeconfig.ts';
import type { KubeTransport } from '../../lib/kube/transport.ts';
import { operationOf } from './aws-trace.ts';
import { type CallOptions, cloudWriteFate, type Fate, type Incarnation } from './incarnation.ts';

/** See faulty-cloud.ts: no freeze between the check of the deadline and the sending of a write. */
const WRITE = { fate: cloudWriteFate, freezes: false } as const;
const READS = /^(?:Describe|Get|List|Receive|Simulate)/;

export function awsOf(process: Incarnation, aws: AwsTransport): AwsTransport {
  return {
    handle: (request, options) =>
      process.call(() => aws.handle(request, options), {
        failure: awsFailure,
        ...(READS.test(operationOf(request.headers, textOf(request.body))) ? {} : WRITE),
      }),
  };
}

function awsFailure(how: Exclude<Fate, 'ok'>): Error {
  switch (how) {
    case 'refused':
      return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    case 'lost':
      return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    case 'late':
      return Object.assign(new Error('Connection timed out'), { name: 'TimeoutError' });
  }
}

export function kubeOf(
  process: Incarnation,
  transportFor: (access: KubeAccess) => KubeTransport,
): (access: KubeAccess) => KubeTransport {
  const failure = (how: Exclude<Fate, 'ok'>) =>
    Object.assign(new Error(`simulated: ${how}`), { code: 'ECONNRESET' });
  return (access) => {
    const transport = transportFor(access);
    const send: KubeTransport = (url, request) =>
      process.call(() => transport(url, request), { failure, ...(request.method === 'GET' ? {} : WRITE) });
    const { exec } = transport;
    if (!exec) return send;
    const options: CallOptions = { failure, ...WRITE };
    return Object.assign(send, {
      exec: ((url, request) => process.call(() => exec(url, request), options)) satisfies typeof exec,
    });
  };
}

/** JSON services say what they are asked in a header; their bodies are bytes. */
const textOf = (body: unknown): string => (typeof body === 'string' ? body : '');
