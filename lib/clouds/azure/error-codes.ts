/**
 * What Azure's error codes mean in our words: THE table; nothing outside this file and errors.ts knows an ARM code.
 * Sources: «Troubleshoot common Azure deployment errors», the AKS and compute error references, and recorded answers
 * of the service. A code that is missing here is judged by its HTTP status.
 */
import type { CloudErrorCode } from '../../domain/errors.ts';

export interface Meaning {
  readonly code: CloudErrorCode;
  readonly hint?: string;
}

const QUOTA_HINT =
  'Ask for a higher limit in Azure portal > Quotas, or free some; the next attempt will succeed.';
const CAPACITY_HINT = 'Azure has no such machines there now; another size, zone or region may have.';
const ROLE_HINT =
  'Someone with the role User Access Administrator or Owner has to assign the missing role; it takes some minutes to act.';
const POLICY_HINT =
  'A policy or lock of the subscription forbids it; its owner has to change the policy or the request.';
const SECRET_HINT = 'Create a new client secret for the application and store it in the cloud account.';
const REGISTER_HINT =
  'Register the resource provider: az provider register --namespace Microsoft.ContainerService';

const all = (code: CloudErrorCode, codes: string, hint?: string): readonly (readonly [string, Meaning])[] =>
  codes
    .trim()
    .split(/\s+/)
    .map((name) => [name.toLowerCase(), { code, ...(hint === undefined ? {} : { hint }) }]);

/** Keys are lower-case: Azure is not consistent about case. */
export const CODES: ReadonlyMap<string, Meaning> = new Map([
  ...all(
    'Throttled',
    'TooManyRequests SubscriptionRequestsThrottled ResourceRequestsThrottled Throttled RetryableError ThrottledRequest',
  ),
  ...all(
    'Unavailable',
    `InternalServerError InternalExecutionError InternalOperationError ServerBusy ServiceUnavailable GatewayTimeout
     BadGateway ServerTimeout OperationTimedOut GetVnetError TimeoutError AADSTS90033 AADSTS90036 AADSTS90025`,
  ),
  ...all(
    'Conflict',
    `AnotherOperationInProgress OperationPreempted Conflict ResourceGroupBeingDeleted NotLatestOperation
     ReferencedResourceNotProvisioned RetryableErrorDueToAnotherOperation NicReservedForAnotherVm PreconditionFailed
     EtagMismatch OperationInProgress CreateVMSSAgentPoolInProgress PrincipalNotFound`,
  ),
  ...all('NotFound', 'ResourceNotFound NotFound ResourceGroupNotFound ParentResourceNotFound'),
  ...all(
    'CapacityUnavailable',
    `AllocationFailed ZonalAllocationFailed OverconstrainedAllocationRequest OverconstrainedZonalAllocationRequest
     SkuNotAvailable AvailabilityZoneNotSupported AKSCapacityHeavyUsage AKSCapacityError`,
    CAPACITY_HINT,
  ),
  ...all(
    'QuotaExceeded',
    `QuotaExceeded ErrCode_InsufficientVCPUQuota InsufficientVCPUQuota PublicIPCountLimitReached
     StandardSkuPublicIpCountLimitReached MaxStorageAccountsCountPerSubscriptionExceeded ResourceQuotaExceeded`,
    QUOTA_HINT,
  ),
  ...all(
    'QuotaExceeded',
    'SubnetIsFull InsufficientSubnetSize',
    'The subnet has no free addresses; use a larger one or remove nodes.',
  ),
  ...all(
    'Unauthorized',
    'InvalidAuthenticationToken ExpiredAuthenticationToken InvalidAuthenticationTokenTenant AuthenticationFailed',
    SECRET_HINT,
  ),
  ...all(
    'Unauthorized',
    'AuthorizationFailed LinkedAuthorizationFailed LinkedAccessCheckFailed Forbidden',
    ROLE_HINT,
  ),
  ...all(
    'Unauthorized',
    'ServicePrincipalNotFound InvalidServicePrincipal AADSTS700016 AADSTS7000215',
    SECRET_HINT,
  ),
  ...all('Unauthorized', 'AADSTS7000222', SECRET_HINT),
  ...all('Unauthorized', 'AADSTS90002', 'No such tenant: correct the tenant id of the cloud account.'),
  ...all(
    'Unauthorized',
    'SubscriptionNotFound',
    'Give the application a role in the subscription, or correct its id.',
  ),
  ...all(
    'Unauthorized',
    'ReadOnlyDisabledSubscription',
    'The subscription is disabled; its owner has to enable it.',
  ),
  ...all('PolicyDenied', 'SubscriptionNotRegistered MissingSubscriptionRegistration', REGISTER_HINT),
  ...all(
    'PolicyDenied',
    'FeatureNotEnabled DisallowedProvider RequestDisallowedByPolicy ScopeLocked',
    POLICY_HINT,
  ),
  ...all('PolicyDenied', 'RequestDisallowedByAzure MarketplacePurchaseEligibilityFailed', POLICY_HINT),
  ...all(
    'DependencyInUse',
    `InUseSubnetCannotBeDeleted InUseNetworkSecurityGroupCannotBeDeleted InUseRouteTableCannotBeDeleted
     NatGatewayInUseBySubnet PublicIPAddressCannotBeDeleted NicInUse PrivateIPAddressIsAllocated PodDrainFailure
     UpgradeFailed.PDB UnsatisfiablePDB`,
  ),
  ...all(
    'InvalidRequest',
    `InvalidParameter InvalidRequestFormat InvalidResourceReference InvalidTemplate NoRegisteredProviderFound
     InvalidApiVersionParameter MissingApiVersionParameter LocationNotAvailableForResourceType BadRequest
     PropertyChangeNotAllowed ChangingImmutablePropertyNotAllowed K8sVersionNotSupported AgentPoolK8sVersionNotSupported
     InvalidLoadBalancerProfile ServiceCidrOverlapExistingSubnetsCidr`,
  ),
  ...all(
    'InvalidRequest',
    'VMExtensionError_OutboundConnFail',
    'The nodes cannot reach the Internet; the subnet needs a NAT gateway, a firewall route or a load balancer.',
  ),
  ...all(
    'Unavailable',
    'VMExtensionProvisioningError ReconcileVMSSAgentPoolFailed OSProvisioningTimedOut VMStartTimedOut',
  ),
]);

/** Families of codes, tried when the table has no row. */
export const CODE_PATTERNS: readonly (readonly [RegExp, Meaning])[] = [
  [/CountLimitReached$|QuotaExceeded|LimitExceeded$/i, { code: 'QuotaExceeded', hint: QUOTA_HINT }],
  [/^AKSCapacity/i, { code: 'CapacityUnavailable', hint: CAPACITY_HINT }],
  [/^InUse|InUse/i, { code: 'DependencyInUse' }],
  [/^AADSTS/i, { code: 'Unauthorized', hint: SECRET_HINT }],
];

/** Codes that only wrap another one, which is in `details` or `innererror`. */
export const WRAPPERS: ReadonlySet<string> = new Set(
  [
    'DeploymentFailed',
    'BadRequest',
    'RetryableError',
    'Conflict',
    'ResourceDeploymentFailure',
    'InternalServerError',
  ].map((code) => code.toLowerCase()),
);

/** `OperationNotAllowed` has four meanings; the first row that fits wins. */
export const OPERATION_NOT_ALLOWED: readonly {
  readonly status?: number;
  readonly text?: RegExp;
  readonly meaning: Meaning;
}[] = [
  { status: 429, meaning: { code: 'Throttled' } },
  { text: /quota|exceeding approved|core limit/i, meaning: { code: 'QuotaExceeded', hint: QUOTA_HINT } },
  {
    text: /in progress|is being|another operation|is currently|not allowed while/i,
    meaning: { code: 'Conflict' },
  },
  { meaning: { code: 'InvalidRequest' } },
];

export function meaningOfStatus(status: number): Meaning {
  if (status === 401) return { code: 'Unauthorized', hint: SECRET_HINT };
  if (status === 403) return { code: 'Unauthorized', hint: ROLE_HINT };
  if (status === 404) return { code: 'NotFound' };
  if (status === 409 || status === 412) return { code: 'Conflict' };
  if (status === 429) return { code: 'Throttled' };
  if (status === 0 || status === 408 || status >= 500) return { code: 'Unavailable' };
  if (status >= 400) return { code: 'InvalidRequest' };
  return { code: 'Unknown' };
}
