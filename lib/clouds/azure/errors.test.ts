import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { describe, expect, test } from '@jest/globals';
import { PassDeadlineError } from '../port.ts';
import { BudgetExhaustedError, fromResourceError, settleOptional, toCloudError } from './errors.ts';

const READ = { name: 'managedClusters.get', write: false };
const WRITE = { name: 'managedClusters.createOrUpdate', write: true };

function refused(status: number, body: unknown, headers: Record<string, string> = {}): RestError {
  const request = createPipelineRequest({ url: 'https://management.azure.com/x' });
  return new RestError('refused', {
    statusCode: status,
    request,
    response: {
      request,
      status,
      headers: createHttpHeaders(headers),
      bodyAsText: typeof body === 'string' ? body : JSON.stringify(body),
    },
  });
}

const wrapped = (code: string, message = 'words') => ({ error: { code, message } });

describe('codes', () => {
  test.each([
    [429, 'TooManyRequests', 'Throttled'],
    [429, 'SubscriptionRequestsThrottled', 'Throttled'],
    [429, 'ResourceRequestsThrottled', 'Throttled'],
    [429, 'Throttled', 'Throttled'],
    [429, 'RetryableError', 'Throttled'],
    [500, 'InternalServerError', 'Unavailable'],
    [500, 'InternalExecutionError', 'Unavailable'],
    [503, 'ServerBusy', 'Unavailable'],
    [504, 'GatewayTimeout', 'Unavailable'],
    [500, 'GetVnetError', 'Unavailable'],
    [409, 'AnotherOperationInProgress', 'Conflict'],
    [409, 'OperationPreempted', 'Conflict'],
    [409, 'Conflict', 'Conflict'],
    [409, 'ResourceGroupBeingDeleted', 'Conflict'],
    [409, 'NotLatestOperation', 'Conflict'],
    [412, 'PreconditionFailed', 'Conflict'],
    [400, 'PrincipalNotFound', 'Conflict'],
    [404, 'ResourceNotFound', 'NotFound'],
    [404, 'ResourceGroupNotFound', 'NotFound'],
    [404, 'ParentResourceNotFound', 'NotFound'],
    [409, 'AllocationFailed', 'CapacityUnavailable'],
    [409, 'ZonalAllocationFailed', 'CapacityUnavailable'],
    [409, 'OverconstrainedAllocationRequest', 'CapacityUnavailable'],
    [409, 'SkuNotAvailable', 'CapacityUnavailable'],
    [400, 'AKSCapacityHeavyUsage', 'CapacityUnavailable'],
    [400, 'AKSCapacityOfSomeNewKind', 'CapacityUnavailable'],
    [400, 'QuotaExceeded', 'QuotaExceeded'],
    [403, 'ErrCode_InsufficientVCPUQuota', 'QuotaExceeded'],
    [400, 'PublicIPCountLimitReached', 'QuotaExceeded'],
    [400, 'VirtualNetworkCountLimitReached', 'QuotaExceeded'],
    [400, 'SubnetIsFull', 'QuotaExceeded'],
    [401, 'InvalidAuthenticationToken', 'Unauthorized'],
    [403, 'AuthorizationFailed', 'Unauthorized'],
    [403, 'LinkedAuthorizationFailed', 'Unauthorized'],
    [404, 'SubscriptionNotFound', 'Unauthorized'],
    [409, 'ReadOnlyDisabledSubscription', 'Unauthorized'],
    [403, 'RequestDisallowedByPolicy', 'PolicyDenied'],
    [409, 'ScopeLocked', 'PolicyDenied'],
    [409, 'MissingSubscriptionRegistration', 'PolicyDenied'],
    [400, 'InUseSubnetCannotBeDeleted', 'DependencyInUse'],
    [400, 'InUseRouteTableCannotBeDeleted', 'DependencyInUse'],
    [400, 'NicInUse', 'DependencyInUse'],
    [400, 'LoadBalancerInUseByVirtualMachineScaleSet', 'DependencyInUse'],
    [400, 'InvalidParameter', 'InvalidRequest'],
    [409, 'PropertyChangeNotAllowed', 'InvalidRequest'],
    [400, 'ErrCode_InsufficientVCPUQuota', 'QuotaExceeded'],
    [400, 'SystemPoolSkuTooLow', 'InvalidRequest'],
    [400, 'SystemPoolHasRestrictedTaint', 'InvalidRequest'],
    [400, 'TagCountLimitExceeded', 'InvalidRequest'],
    [400, 'VirtualNetworkNotInSucceededState', 'Conflict'],
    [409, 'AKSOperationPreemptedByDelete', 'Conflict'],
    [400, 'PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted', 'DependencyInUse'],
    [400, 'ServicePrincipalValidationClientError', 'Unauthorized'],
    [400, 'VMExtensionError_OutboundConnFail', 'InvalidRequest'],
    [418, 'SomethingNew', 'InvalidRequest'],
    [409, 'SomethingNew', 'Conflict'],
    [502, 'SomethingNew', 'Unavailable'],
    [302, 'SomethingNew', 'Unknown'],
  ] as const)('%d %s is %s', (status, code, meaning) => {
    const error = toCloudError(refused(status, wrapped(code)), READ);
    expect([error.code, error.message, error.source]).toEqual([
      meaning,
      `${code}: words`,
      `azure:managedClusters.get:${code}`,
    ]);
  });

  test.each([
    [429, 'Too many requests', 'Throttled'],
    [
      409,
      'Operation could not be completed as it results in exceeding approved Total Regional Cores quota',
      'QuotaExceeded',
    ],
    [409, 'Operation is not allowed: another operation (Updating) is in progress', 'Conflict'],
    [400, 'The last system pool cannot be deleted', 'InvalidRequest'],
  ] as const)('OperationNotAllowed with %d «%s» is %s', (status, message, meaning) => {
    expect(toCloudError(refused(status, wrapped('OperationNotAllowed', message)), WRITE).code).toBe(meaning);
  });
});

test.each([
  [400, 'InvalidRequest'],
  [401, 'Unauthorized'],
  [403, 'Unauthorized'],
  [404, 'NotFound'],
  [405, 'InvalidRequest'],
  [408, 'Unavailable'],
  [409, 'Conflict'],
  [412, 'Conflict'],
  [429, 'Throttled'],
  [499, 'InvalidRequest'],
  [500, 'Unavailable'],
  [599, 'Unavailable'],
  [399, 'Unknown'],
] as const)('a code that nobody knows is judged by its status: %d is %s', (status, meaning) => {
  expect(toCloudError(refused(status, wrapped('SomethingNew')), READ).code).toBe(meaning);
});

describe('bodies', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'it broke'],
  ])('what was thrown may be %s', (_what, thrown) => {
    expect(toCloudError(thrown, READ)).toMatchObject({ code: 'Unavailable', message: `Error: ${thrown}` });
  });
  test('an answer without a code is called by its status', () => {
    expect(toCloudError(refused(404, { error: { message: 'gone' } }), READ).code).toBe('NotFound');
    expect(toCloudError(refused(404, { error: { code: 'ResourceNotFound' } }), READ).message).toBe(
      'ResourceNotFound: ',
    );
  });
  test('no deeper than answers nest', () => {
    const nested = (depth: number): object =>
      depth === 0
        ? { code: 'SubnetIsFull', message: 'full' }
        : { code: 'BadRequest', message: '', innererror: nested(depth - 1) };
    const code = (depth: number) => toCloudError(refused(400, { error: nested(depth) }), WRITE).code;
    expect([code(6), code(7)]).toEqual(['QuotaExceeded', 'InvalidRequest']);
  });
  test('a resource without words says at least that it failed', () => {
    expect(fromResourceError({}, 'agentPools')).toMatchObject({
      message: 'ProvisioningFailed: Azure gives no reason',
      source: 'azure:agentPools:ProvisioningFailed',
    });
  });
  test('the bare body of AKS is understood', () => {
    const error = toCloudError(
      refused(404, { code: 'NotFound', message: 'gone', details: null, subcode: '' }),
      READ,
    );
    expect([error.code, error.message]).toEqual(['NotFound', 'NotFound: gone']);
  });
  test('a wrapper gives way to what it wraps', () => {
    const inner = { code: 'ReferencedResourceNotProvisioned', message: 'subnet is Updating' };
    const body = { error: { code: 'RetryableError', message: 'retry', details: [inner] } };
    const error = toCloudError(refused(429, body), WRITE);
    expect([error.code, error.message]).toEqual([
      'Conflict',
      'ReferencedResourceNotProvisioned: subnet is Updating',
    ]);
  });
  test('innererror is looked through', () => {
    const body = {
      error: { code: 'BadRequest', message: 'no', innererror: { code: 'SubnetIsFull', message: 'full' } },
    };
    expect(toCloudError(refused(400, body), WRITE).code).toBe('QuotaExceeded');
  });
  test('HTML of a gateway is judged by its status', () => {
    expect(toCloudError(refused(502, '<html>'), READ).code).toBe('Unavailable');
  });
  test('a message keeps no secret and no novel', () => {
    const message = `Bearer abc.def client_secret=hunter2&x eyJhbGciOi.eyJzdWIi.c2ln ${'x'.repeat(900)}`;
    const error = toCloudError(refused(400, wrapped('InvalidParameter', message)), READ);
    expect(
      error.message.startsWith('InvalidParameter: Bearer [redacted] client_secret=[redacted]&x [redacted] x'),
    ).toBe(true);
    expect(error.message).toHaveLength(600);
  });
});

describe('time and doubt', () => {
  test('Retry-After is read in seconds', () => {
    const error = toCloudError(refused(429, wrapped('Throttled'), { 'retry-after': '17' }), READ);
    expect(error.retryAfterMs).toBe(17_000);
  });
  test.each([
    [{ 'retry-after-ms': '250', 'retry-after': '17' }, 250],
    [{ 'x-ms-retry-after-ms': '300' }, 300],
    [{ 'retry-after-ms': '0' }, 0],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '-1', 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': 'Fri, 20 Nov 2026 18:35:00 GMT' }, undefined],
    [{ 'retry-after': '3601' }, 3_600_000],
    [{ 'retry-after': '1e300' }, 3_600_000],
    [{ 'retry-after-ms': 'Infinity' }, 3_600_000],
  ] as const)('%j is %s ms', (headers, ms) => {
    expect(toCloudError(refused(429, wrapped('Throttled'), headers), READ).retryAfterMs).toBe(ms);
  });
  test('no header, no hint', () => {
    expect(toCloudError(refused(429, wrapped('Throttled')), READ).retryAfterMs).toBeUndefined();
  });
  test.each([
    [500, WRITE, true],
    [408, WRITE, true],
    [409, WRITE, undefined],
    [500, READ, undefined],
  ] as const)('%d: may have happened %#', (status, operation, doubt) => {
    expect(toCloudError(refused(status, wrapped('X')), operation).outcomeUnknown).toBe(doubt);
  });
  test('a cut connection is in doubt too', () => {
    const error = toCloudError(new RestError('socket hang up', { code: 'ECONNRESET' }), WRITE);
    expect([error.code, error.outcomeUnknown]).toEqual(['Unavailable', true]);
  });
});

describe('what never left', () => {
  test('a used-up budget is throttling with its hint', () => {
    const error = toCloudError(new BudgetExhaustedError(4_000), WRITE);
    expect([error.code, error.retryAfterMs, error.outcomeUnknown]).toEqual(['Throttled', 4_000, undefined]);
  });
  test('the deadline of a pass is no cloud failure', () => {
    expect(() => toCloudError(new PassDeadlineError('late'), WRITE)).toThrow(PassDeadlineError);
  });
});

test.each([
  ['AADSTS7000215', 'Unauthorized'],
  ['AADSTS7000222', 'Unauthorized'],
  ['AADSTS700016', 'Unauthorized'],
  ['AADSTS90002', 'Unauthorized'],
  ['AADSTS90033', 'Unavailable'],
  ['AADSTS90055', 'Throttled'],
  ['AADSTS12345', 'Unauthorized'],
] as const)('[A118] %s of Entra ID is %s and keeps its code', (code, meaning) => {
  const thrown = {
    name: 'AuthenticationError',
    message: 'failed',
    statusCode: 401,
    errorResponse: { errorDescription: `${code}: No. Trace ID: 1 Correlation ID: 2` },
  };
  const error = toCloudError(thrown, READ);
  expect([error.code, error.message]).toEqual([meaning, `${code}: No.`]);
});

test.each([
  [
    'ReconcileVMSSAgentPoolFailed',
    'VMSSAgentPoolReconciler retry failed: Category: ClientError; SubCode: SubscriptionRequestsThrottled; Status=429',
    'Throttled',
    'SubscriptionRequestsThrottled',
  ],
  [
    'ReconcileVMSSAgentPoolFailed',
    'autorest/azure: Status=409 Code="OperationNotAllowed" Message="exceeding approved Total Regional Cores quota"',
    'QuotaExceeded',
    'OperationNotAllowed',
  ],
  [
    'VMExtensionProvisioningError',
    "processing extension 'vmssCSE': command terminated with exit status=50",
    'InvalidRequest',
    'VMExtensionError_OutboundConnFail',
  ],
  ['VMExtensionProvisioningError', 'exit status=77', 'Unavailable', 'VMExtensionProvisioningError'],
  ['ReconcileVMSSAgentPoolFailed', 'Code="SomethingNew"', 'Unavailable', 'ReconcileVMSSAgentPoolFailed'],
] as const)('what AKS says only in its text counts: %s «%s»', (code, message, meaning, named) => {
  const error = fromResourceError({ code, message }, 'agentPools');
  expect([error.code, error.message]).toEqual([meaning, `${named}: ${message}`]);
});

test('[A90] a failed resource speaks in its own words', () => {
  const error = fromResourceError(
    { code: 'ErrCode_InsufficientVCPUQuota', message: 'left 0' },
    'managedClusters',
  );
  expect([error.code, error.message, error.source]).toEqual([
    'QuotaExceeded',
    'ErrCode_InsufficientVCPUQuota: left 0',
    'azure:managedClusters:ErrCode_InsufficientVCPUQuota',
  ]);
  expect(error.hint).toContain('Quotas');
});

test('absence is a value', async () => {
  const result = await settleOptional(READ, async () => {
    throw refused(404, wrapped('ResourceNotFound'));
  });
  expect(result).toEqual({ ok: true, value: undefined });
});
