/** Routes that begin an operation: it is stored, it waits for the agent, and Location says where to look. */
import type { Call } from '../../../lib/api/contract.ts';
import type { Problem } from '../../../lib/api/problem.ts';
import { refused } from '../../../lib/api/refused.ts';
import type { OperationSpec } from '../../../lib/domain/agent.ts';
import type { ClusterDocument } from '../../../lib/domain/cluster.ts';
import { requestOperation } from '../../../lib/operations/request.ts';
import type { Done } from '../audited.ts';
import { operationAnswer, PLURALS } from './operation.ts';
import type { ClusterPath } from './paths.ts';

export async function requested<Q, B, T>(
  { deps, caller, params: { project } }: Call<ClusterPath, Q, B, T>,
  cluster: ClusterDocument,
  spec: OperationSpec,
): Promise<Done | Problem> {
  const outcome = await requestOperation(deps, { cluster, spec, requestedBy: caller.subject });
  if (!outcome.ok) return refused(outcome.refusal);
  const { operation, warnings } = outcome.value;
  const below = `${PLURALS[spec.kind]}/${operation.operation}`;
  const location = `/api/v1/projects/${project}/clusters/${cluster.name}/${below}`;
  return operationAnswer(deps, { cluster, operation }, { status: 201, location, warnings });
}
