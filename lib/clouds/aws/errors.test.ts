import { describe, expect, test } from '@jest/globals';
import type { CloudErrorCode } from '../../domain/errors.ts';
import { cloudError, isCode, settle } from './errors.ts';
import { BudgetExhaustedError } from './guard-calls.ts';

const thrown = (Code: string, httpStatusCode = 400) => ({
  name: `${Code}Exception`,
  Code,
  message: 'words',
  $metadata: { httpStatusCode },
});

describe('codes of AWS in our words', () => {
  test.each<[string, number, CloudErrorCode]>([
    ['RequestLimitExceeded', 503, 'Throttled'],
    ['VcpuLimitExceeded', 400, 'QuotaExceeded'],
    ['AddressLimitExceeded', 400, 'QuotaExceeded'],
    ['InsufficientInstanceCapacity', 500, 'CapacityUnavailable'],
    ['SpotMaxPriceTooLow', 400, 'CapacityUnavailable'],
    ['UnauthorizedOperation', 403, 'Unauthorized'],
    ['InvalidClientTokenId', 403, 'Unauthorized'],
    ['DependencyViolation', 400, 'DependencyInUse'],
    ['InvalidGroup.Duplicate', 400, 'Conflict'],
    ['IdempotentParameterMismatch', 400, 'Conflict'],
    ['InvalidVpcID.NotFound', 400, 'NotFound'],
    ['LoadBalancerNotFound', 400, 'NotFound'],
    ['AWS.SimpleQueueService.NonExistentQueue', 400, 'NotFound'],
    ['InternalError', 500, 'Unavailable'],
    ['InvalidParameterValue', 400, 'InvalidRequest'],
    ['SomethingNew', 500, 'Unavailable'],
  ])('%s (%i) is %s', (code, status, expected) => {
    expect(cloudError('ec2.x', thrown(code, status)).code).toBe(expected);
  });

  test('people read the code and the words of AWS', () => {
    const error = cloudError('ec2.runInstances', thrown('VcpuLimitExceeded'));
    expect(error).toMatchObject({
      message: 'VcpuLimitExceeded: words',
      source: 'aws:ec2.runInstances:VcpuLimitExceeded',
    });
    expect(isCode(error, 'VcpuLimitExceeded')).toBe(true);
    expect(isCode(error, 'LimitExceeded')).toBe(false);
  });
});

describe('whether it may have happened', () => {
  test.each([
    ['no answer', { name: 'Error', code: 'ECONNRESET', message: 'socket hang up' }, true],
    ['a 500 without a reason', thrown('InternalError', 500), true],
    ['a 500 that names its reason', thrown('InsufficientInstanceCapacity', 500), false],
    ['a refusal', thrown('VpcLimitExceeded'), false],
    ['our own budget', new BudgetExhaustedError(1_000), false],
  ])('%s', (_what, error, unknown) => {
    expect(cloudError('ec2.createVpc', error).outcomeUnknown === true).toBe(unknown);
  });
});

test('the deadline of the pass is no answer of the cloud', async () => {
  const { PassDeadlineError } = await import('../port.ts');
  const late = settle('ec2.x', () => Promise.reject(new PassDeadlineError('late')));
  await expect(late).rejects.toMatchObject({ name: 'PassDeadlineError' });
});
