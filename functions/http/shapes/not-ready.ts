/** Answers to questions that a cluster or a cloud cannot answer now. */
import { type Problem, problem } from '../../../lib/api/problem.ts';
import type { CloudError } from '../../../lib/domain/errors.ts';

/** What has not come to be yet, and what the account forbids, are states (409); a cloud that is away is a 503. */
export function unanswered(error: CloudError): Problem {
  switch (error.code) {
    case 'NotFound':
      return problem(
        409,
        'CLUSTER_NOT_READY',
        'The cluster has no API yet; its status says what it waits for.',
      );
    case 'Unauthorized':
    case 'PolicyDenied':
    case 'InvalidRequest':
    case 'Conflict':
    case 'DependencyInUse':
    case 'QuotaExceeded':
    case 'CapacityUnavailable':
      return problem(409, 'CLOUD_REFUSED', error.message);
    case 'Throttled':
    case 'Unavailable':
    case 'Unknown':
      return problem(503, 'CLOUD_UNAVAILABLE', error.message, { headers: { 'retry-after': '10' } });
  }
}
