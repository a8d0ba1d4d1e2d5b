/**
 * What Azure's error codes mean in our words: THE table; nothing outside this file and errors.ts knows an ARM code.
 * Sources: «Troubleshoot common Azure deployment errors», «AKS error codes», the compute error reference, and recorded
 * answers of the service (test/fixtures/arm). A code that is missing here is judged by its HTTP status.
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
const EGRESS_HINT =
  'The nodes cannot reach the Internet; the subnet needs a NAT gateway, a firewall route or a load balancer.';
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
    `TooManyRequests TooManyRequestsReceived SubscriptionRequestsThrottled ResourceRequestsThrottled Throttled
     RetryableError ThrottledRequest AADSTS90055`,
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
     EtagMismatch OperationInProgress CreateVMSSAgentPoolInProgress PrincipalNotFound AKSOperationPreempted
     AKSOperationPreemptedByDelete VirtualNetworkNotInSucceededState`,
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
    `ServicePrincipalNotFound ServicePrincipalValidationClientError InvalidServicePrincipal InvalidClientSecret
     AADSTS700016 AADSTS7000215 AADSTS7000222`,
    SECRET_HINT,
  ),
  ...all('Unauthorized', 'AADSTS7000112', 'The application is disabled in its tenant; enable it there.'),
  ...all(
    'Unauthorized',
    'AADSTS90002 AADSTS900021 AADSTS900023',
    'No such tenant: correct the tenant id of the cloud account.',
  ),
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
     NatGatewayInUseBySubnet PublicIPAddressCannotBeDeleted NicInUse PrivateIPAddressIsAllocated
     CannotDeleteLoadBalancerWithPrivateLinkService`,
  ),
  ...all(
    'DependencyInUse',
    'PodDrainFailure UpgradeFailed.PDB UnsatisfiablePDB',
    'A PodDisruptionBudget allows no eviction: relax it, add replicas, or set drain.onBlocked of the pool.',
  ),
  ...all(
    'InvalidRequest',
    `InvalidParameter InvalidRequestFormat InvalidResourceReference InvalidTemplate NoRegisteredProviderFound
     InvalidApiVersionParameter MissingApiVersionParameter LocationNotAvailableForResourceType BadRequest
     PropertyChangeNotAllowed ChangingImmutablePropertyNotAllowed K8sVersionNotSupported AgentPoolK8sVersionNotSupported
     InvalidLoadBalancerProfile InvalidLoadBalancerProfileAllocatedOutboundPorts ServiceCidrOverlapExistingSubnetsCidr
     DnsServiceIpOutOfServiceCidr NodePoolMcVersionIncompatible SubnetIsDelegated SystemPoolSkuTooLow
     SystemPoolHasRestrictedTaint CanNotTaintAllAgentPools MustDefineAtLeastOneSystemPool UnmarshalError
     LinkedInvalidPropertyId LocationRequired TagCountLimitExceeded VMCannotFitEphemeralOSDisk
     SubnetWithExternalResourcesCannotBeUsedByOtherResources`,
  ),
  ...all('InvalidRequest', 'VMSizeNotSupported', CAPACITY_HINT),
  ...all('InvalidRequest', 'VMExtensionError_OutboundConnFail OutboundConnFailVMExtensionError', EGRESS_HINT),
  ...all(
    'InvalidRequest',
    `VMExtensionError_K8SAPIServerConnFail K8SAPIServerConnFailVMExtensionError
     VMExtensionError_K8SAPIServerDNSLookupFail K8SAPIServerDNSLookupFailVMExtensionError`,
    'The nodes cannot reach the API server; look at routes, firewall and DNS of their subnet.',
  ),
  ...all(
    'Unavailable',
    `VMExtensionError_CNIDownloadTimeout CniDownloadTimeoutVMExtensionError VMExtensionError_K8SDownloadTimeout
     VMExtensionError_OrasPullNetworkTimeout`,
    EGRESS_HINT,
  ),
  ...all(
    'Unavailable',
    `VMExtensionProvisioningError VMExtensionError_ProvisioningTimeout ReconcileVMSSAgentPoolFailed
     OSProvisioningTimedOut VMStartTimedOut NodesNotReady ControlPlaneNotReady`,
  ),
]);

/** Families of codes, tried when the table has no row. */
export const CODE_PATTERNS: readonly (readonly [RegExp, Meaning])[] = [
  [/CountLimitReached$|QuotaExceeded|LimitExceeded$/i, { code: 'QuotaExceeded', hint: QUOTA_HINT }],
  [/^AKSCapacity/i, { code: 'CapacityUnavailable', hint: CAPACITY_HINT }],
  [/InUse|CannotBeDeleted$/i, { code: 'DependencyInUse' }],
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
    'ProvisioningFailed',
    'ReconcileVMSSAgentPoolFailed',
    'VMExtensionProvisioningError',
  ].map((code) => code.toLowerCase()),
);

/**
 * AKS tells why an agent pool could not be reconciled inside its text only: `SubCode: SubscriptionRequestsThrottled`,
 * `Code="AllocationFailed"`, or the exit status of the script that sets a node up.
 */
export const CODE_IN_TEXT = /\b(?:Sub)?Code(?:: ?|=)"?([A-Za-z][\w.]{3,80})/g;
export const EXIT_STATUS_IN_TEXT = /exit status=(\d{1,3})/;
export const CODE_OF_EXIT_STATUS: Readonly<Record<string, string>> = {
  50: 'VMExtensionError_OutboundConnFail',
  51: 'VMExtensionError_K8SAPIServerConnFail',
  52: 'VMExtensionError_K8SAPIServerDNSLookupFail',
};

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
