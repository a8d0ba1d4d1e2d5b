/** Opens workload APIs: the one place where kubeconfig, transport and the operations on a cluster meet. */
import { z } from 'zod';
import type { CallGuard } from '../clouds/port.ts';
import { ok } from '../domain/errors.ts';
import { applier } from './apply.ts';
import { type KubeClient, kubeClient } from './client.ts';
import { drain } from './drain.ts';
import { parseKubeconfig } from './kubeconfig.ts';
import { cordon, listNodes, uncordon } from './nodes.ts';
import type { ConnectWorkloadApi, WorkloadApi } from './port.ts';
import { type KubeTransport, tlsTransport } from './transport.ts';

export interface ConnectOptions {
  /** Answers in place of the network. */
  readonly transport?: KubeTransport;
  /** Wall milliseconds for one request. */
  readonly timeoutMs: number;
  /** Asked before each request leaves. A write past its deadline throws PassDeadlineError. */
  readonly guard?: CallGuard;
}

export function connectWorkloadApi({ transport, timeoutMs, guard }: ConnectOptions): ConnectWorkloadApi {
  return (kubeconfig) => {
    const access = parseKubeconfig(kubeconfig);
    if (!access.ok) return access;
    const client = kubeClient({
      access: access.value,
      transport: transport ?? tlsTransport(access.value),
      timeoutMs,
      ...(guard === undefined ? {} : { guard }),
    });
    return ok(workloadApi(client));
  };
}

const Version = z.object({ gitVersion: z.string().regex(/^v\d+\.\d+\.\d+[\w.+-]{0,64}$/) });

function workloadApi(client: KubeClient): WorkloadApi {
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
    apply: applier(client),
  };
}
