/** Agents as their clusters have them: on the roster, enrolled, with a credential to call with. */
import { randomUUID } from 'node:crypto';
import { needsToken, tokenText, withToken } from '../../lib/agents/bootstrap.ts';
import { type Enrolment, enrol } from '../../lib/agents/enrol.ts';
import { changeEnrolment } from '../../lib/agents/enrolment.ts';
import { ensureAgentKey } from '../../lib/agents/keys.ts';
import { putRosterEntry, type RosterMember } from '../../lib/agents/roster.ts';
import type { Deps } from '../../lib/deps.ts';
import type { EnrollAnswer } from '../../lib/domain/agent.ts';
import { asClusterId, type ClusterId } from '../../lib/domain/ids.ts';

export const AGENT_CLUSTER = asClusterId('11111111-2222-4333-8444-555555555555');
export const NONCE = 'Zm9yIHRlc3RzIG9ubHksIDEyOCBiaXRz';

type AgentDeps = Pick<Deps, 'store' | 'clock' | 'secrets' | 'config'>;

/** On the roster, with a bootstrap token that is good now. */
export async function aToken(deps: AgentDeps, member: Partial<RosterMember> = {}): Promise<string> {
  const { cluster = AGENT_CLUSTER, name = 'shop', project = 'default', generation = 1 } = member;
  await putRosterEntry(deps, { cluster, name, project, generation });
  return issuedToken(deps, cluster);
}

/** The cluster's token; another one when there is none that an agent could use. */
export async function issuedToken(deps: AgentDeps, cluster: ClusterId = AGENT_CLUSTER): Promise<string> {
  const key = await ensureAgentKey(deps.secrets);
  const nowMs = deps.clock.now();
  const enrolment = await changeEnrolment(deps, cluster, (present) =>
    present !== undefined && needsToken(present, nowMs) ? withToken(present, randomUUID(), nowMs) : present,
  );
  if (key === undefined || enrolment?.token === undefined) throw new Error('No token could be made');
  return tokenText(key, cluster, enrolment.token).reveal();
}

export function enrolWith(
  deps: AgentDeps,
  bootstrapToken: string,
  over: { readonly cluster?: string; readonly nonce?: string } = {},
): Promise<Enrolment> {
  return enrol(deps, {
    cluster: AGENT_CLUSTER,
    nonce: NONCE,
    agentVersion: '1.0.0',
    ...over,
    bootstrapToken,
  });
}

export interface TestAgent extends EnrollAnswer {
  /** For requests of its own. */
  readonly headers: { readonly authorization: string };
}

export async function anAgent(deps: AgentDeps, member: Partial<RosterMember> = {}): Promise<TestAgent> {
  const { cluster = AGENT_CLUSTER } = member;
  const enrolled = await enrolWith(deps, await aToken(deps, member), { cluster });
  if (enrolled.kind !== 'enrolled') throw new Error(`The agent was ${enrolled.kind}`);
  return { ...enrolled.answer, headers: { authorization: `Bearer ${enrolled.answer.credential}` } };
}
