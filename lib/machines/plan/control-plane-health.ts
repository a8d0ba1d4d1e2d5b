/** Whether the control plane is whole: only then does it take a new member or let one go. Pure. */
import type { ControlPlaneComponent } from '../../kube/self-managed.ts';
import { stayingOf } from './count.ts';
import { isWhole } from './etcd.ts';
import type { ControlPlaneFacts, Member, Situation } from './model.ts';
import { nameOf } from './nodes.ts';

const COMPONENTS: readonly ControlPlaneComponent[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
];

export interface Trouble {
  readonly reason: string;
  readonly message: string;
}

const NOTHING_SEEN: ControlPlaneFacts = { targets: new Map(), pods: [] };

export function notWhole(at: Situation): Trouble | undefined {
  const facts = at.observed.controlPlane ?? NOTHING_SEEN;
  const staying = stayingOf(at);
  return (
    nodeTrouble(staying) ??
    podTrouble(staying, facts) ??
    etcdTrouble(staying, facts) ??
    targetTrouble(staying, facts)
  );
}

function nodeTrouble(members: readonly Member[]): Trouble | undefined {
  const missing = members.filter((member) => member.state !== 'ready').map(nameOf);
  if (missing.length === 0) return undefined;
  return { reason: 'WaitingForNodes', message: `Waiting for node ${missing.sort().join(', ')} to be Ready.` };
}

function podTrouble(members: readonly Member[], { pods }: ControlPlaneFacts): Trouble | undefined {
  const absent = members.flatMap((member) =>
    COMPONENTS.filter(
      (component) =>
        !pods.some((pod) => pod.component === component && pod.node === member.node?.name && pod.ready),
    ).map((component) => `${component} of ${nameOf(member)}`),
  );
  if (absent.length === 0) return undefined;
  return { reason: 'WaitingForControlPlane', message: `Waiting for ${absent.sort().join(', ')}.` };
}

function etcdTrouble(members: readonly Member[], { etcd = [] }: ControlPlaneFacts): Trouble | undefined {
  if (isWhole(etcd) && etcd.length === members.length) return undefined;
  const ill = etcd.filter((member) => !member.healthy || !member.started || member.learner);
  const names = ill.map(({ name, id }) => name || id).sort();
  const which = names.length > 0 ? `: ${names.join(', ')}` : '';
  return {
    reason: 'WaitingForEtcd',
    message: `Waiting until all members of etcd are healthy voters${which}.`,
  };
}

function targetTrouble(members: readonly Member[], { targets }: ControlPlaneFacts): Trouble | undefined {
  const cold = members.filter((member) => targets.get(member.id) !== 'healthy').map(nameOf);
  if (cold.length === 0) return undefined;
  return {
    reason: 'WaitingForTarget',
    message: `The load balancer does not send to ${cold.sort().join(', ')} yet.`,
  };
}
