/** Opens workload APIs: the one place where kubeconfig, transport and the operations on a cluster meet. */
import { z } from 'zod';
import type { CallGuard } from '../clouds/port.ts';
import { ok, type Result } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import { objectAccess } from './apply.ts';
import { type KubeClient, kubeClient } from './client.ts';
import { drain } from './drain.ts';
import type { ClientOptions } from './gate.ts';
import { type KubeAccess, parseKubeconfig } from './kubeconfig.ts';
import { cordon, listNodes, uncordon } from './nodes.ts';
import type { ConnectWorkloadApi, WorkloadApi } from './port.ts';
import { type KubeTransport, tlsTransport } from './transport.ts';

export interface ConnectOptions {
  /** Answers in place of the network. */
  readonly transport?: KubeTransport;
  /** Likewise, for answers that depend on who asks: with which client certificate, trusting whom. */
  readonly transportFor?: (access: KubeAccess) => KubeTransport;
  /** Wall milliseconds for one request. */
  readonly timeoutMs: number;
  /** Asked before each request leaves. A write past its deadline throws PassDeadlineError. */
  readonly guard?: CallGuard;
  /** `host:port` to dial for API servers behind AWS load balancers: SLIPWAY_KUBE_GATEWAY. */
  readonly gateway?: string;
}

export function connectWorkloadApi(options: ConnectOptions): ConnectWorkloadApi {
  return (kubeconfig) => {
    const client = clientOptions(options, kubeconfig);
    return client.ok ? ok(workloadApi(kubeClient(client.value))) : client;
  };
}

export function clientOptions(
  { transport, transportFor, timeoutMs, guard, gateway }: ConnectOptions,
  kubeconfig: Secret,
): Result<ClientOptions> {
  const access = parseKubeconfig(kubeconfig);
  if (!access.ok) return access;
  return ok({
    access: access.value,
    transport: transport ?? transportFor?.(access.value) ?? tlsTransport(access.value, gateway),
    timeoutMs,
    ...(guard === undefined ? {} : { guard }),
  });
}

const Version = z.object({ gitVersion: z.string().regex(/^v\d+\.\d+\.\d+[\w.+-]{0,64}$/) });

export function workloadApi(client: KubeClient): WorkloadApi {
  const { apply, read } = objectAccess(client);
  return {
    async version() {
      const answer = await client.send({
        operation: 'version.get',
        method: 'GET',
        path: '/version',
        shape: Version,
      });
      return answer.ok ? ok(answer.value.gitVersion) : answer;
    },
    listNodes: () => listNodes(client),
    cordon: (node) => cordon(client, node),
    uncordon: (node) => uncordon(client, node),
    drain: (node, options) => drain(client, node, options),
    apply,
    read,
  };
}
