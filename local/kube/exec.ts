/**
 * Programs in containers: the exec subresource. Static etcd pods know etcdctl and nothing else, as their image has
 * nothing else; other containers have no program at all.
 */
import { refusable, type Serving } from './api.ts';
import { authorize } from './authorize.ts';
import type { Cluster } from './cluster.ts';
import { nodeNameOf, silentNodes } from './pods.ts';
import { getOne } from './reads.ts';
import { type ApiAnswer, type ApiRequest, parseTarget } from './request.ts';
import { RESOURCES } from './resources.ts';
import { badRequest, noSuchPath, StatusError } from './status-error.ts';

export type ExecOutcome =
  | {
      readonly kind: 'ran';
      readonly stdout: string;
      readonly stderr: string;
      /** A Status as JSON, as it is sent on the error channel. */
      readonly outcome: string;
    }
  /** Instead of an upgrade. */
  | { readonly kind: 'refused'; readonly answer: ApiAnswer };

export function exec(cluster: Cluster, { credentials, prepare }: Serving, request: ApiRequest): ExecOutcome {
  const ran = refusable(() => {
    authorize(cluster, credentials, request);
    prepare();
    return run(cluster, request);
  });
  return 'kind' in ran ? ran : { kind: 'refused', answer: ran };
}

function run(cluster: Cluster, { path, query }: ApiRequest): ExecOutcome {
  const target = parseTarget(path, RESOURCES);
  const name = target?.name;
  if (name === undefined || target?.resource.plural !== 'pods' || target.subresource !== 'exec') {
    throw noSuchPath();
  }
  const pod = getOne(cluster, { ...target, name });
  const nodeName = nodeNameOf(pod);
  if (nodeName === undefined) throw badRequest(`pod ${name} does not have a host assigned`);
  if (silentNodes(cluster).has(nodeName)) throw unreachable(cluster, nodeName);
  const component = pod.metadata.labels?.component ?? '';
  const container = query.get('container') ?? component;
  if (container !== component) throw badRequest(`container ${container} is not valid for pod ${name}`);
  return runIn(cluster, nodeName, name === `etcd-${nodeName}`, query.getAll('command'));
}

function runIn(cluster: Cluster, node: string, isEtcd: boolean, command: readonly string[]): ExecOutcome {
  const [program = '', ...args] = command;
  if (program === '') throw badRequest('you must specify at least 1 command for the container');
  if (!isEtcd || !/^(?:\/usr\/local\/bin\/)?etcdctl$/.test(program)) return noSuchProgram(program);
  const result = cluster.selfManaged?.etcdctl(node, args);
  if (result === undefined) {
    throw new StatusError(500, 'InternalError', 'unable to upgrade connection: container not found ("etcd")');
  }
  const { stdout, stderr, exitCode } = result;
  return { kind: 'ran', stdout, stderr, outcome: JSON.stringify(statusOf(command, exitCode)) };
}

/** https://pkg.go.dev/k8s.io/apimachinery/pkg/util/remotecommand: what version 4 and later of the protocol say. */
function statusOf(command: readonly string[], exitCode: number): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  const exit = `error executing command [${command.join(' ')}], exit code ${exitCode}`;
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: ${exit}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function noSuchProgram(program: string): ExecOutcome {
  const message =
    `Internal error occurred: error executing command in container: failed to exec in container: ` +
    `exec: "${program}": executable file not found in $PATH: unknown`;
  const outcome = { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
  return { kind: 'ran', stdout: '', stderr: '', outcome: JSON.stringify(outcome) };
}

function unreachable(cluster: Cluster, node: string): StatusError {
  const address = cluster.machines.find(({ name }) => name === node)?.kubeadm?.internalIp ?? node;
  const message = `error dialing backend: dial tcp ${address}:10250: connect: no route to host`;
  return new StatusError(500, 'InternalError', message);
}
