/**
 * AWS's own codes in our words, by service documentation: docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 * and the «Errors» of each ELBv2, IAM, SQS, EventBridge, Secrets Manager and STS call. Codes are those on the wire; the
 * SDK's exception names differ for ELBv2 and SQS. Order matters: the first rule that fits counts.
 */
import type { CloudErrorCode } from '../../domain/errors.ts';

export interface CodeRule {
  readonly code: CloudErrorCode;
  readonly fits: RegExp;
  readonly hint?: string;
}

export const CODE_RULES: readonly CodeRule[] = [
  {
    code: 'Throttled',
    fits: /^(RequestLimitExceeded|Throttling|ThrottlingException|ThrottledException|RequestThrottled.*|TooManyRequestsException|SlowDown|PriorRequestNotComplete|EC2ThrottledException|BandwidthLimitExceeded|ConcurrentModification(Exception)?)$/,
  },
  {
    code: 'CapacityUnavailable',
    fits: /^(InsufficientInstanceCapacity|InsufficientHostCapacity|InsufficientReservedInstanceCapacity|InsufficientCapacity|InsufficientAddressCapacity|InsufficientVolumeCapacity|UnfulfillableCapacity|Unsupported|UnsupportedOperation|SpotMaxPriceTooLow)$/,
    hint: 'Other zones or instance types may have room.',
  },
  {
    code: 'QuotaExceeded',
    fits: /^(MaxSpotInstanceCountExceeded|MaxIOPSLimitExceeded|TooManyLoadBalancers|TooManyTargetGroups|TooManyListeners|ResourceCountExceeded|InsufficientFreeAddressesInSubnet|\w*(?<!Request)LimitExceeded(Exception)?|ServiceQuotaExceeded(Exception)?)$/,
    hint: 'Ask AWS for a higher quota or free some of it: Service Quotas console.',
  },
  {
    code: 'Unauthorized',
    fits: /^(AuthFailure(\..*)?|UnauthorizedOperation|AccessDenied(Exception)?|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken(Exception)?|RequestExpired|OptInRequired|Blocked|PendingVerification|UnrecognizedClientException|IncompleteSignature(Exception)?|InvalidSignatureException|MissingAuthenticationToken(Exception)?|NotAuthorized(Exception)?)$/,
    hint: 'Give the account the permissions of GET /api/v1/cloud/aws/policy, or correct its keys.',
  },
  {
    code: 'DependencyInUse',
    fits: /^(DependencyViolation|DeleteConflict|ResourceInUse(Exception)?|InvalidIPAddress\.InUse|InvalidSnapshot\.InUse|InvalidNetworkInterface\.InUse|VolumeInUse|InvalidGroup\.InUse|CannotDelete)$/,
  },
  {
    code: 'Conflict',
    fits: /^(IncorrectState|IncorrectInstanceState|InvalidState|ConflictException|OperationAborted|IdempotentParameterMismatch|InvalidClientToken|ConcurrentTagAccess|.*\.Duplicate|\w*AlreadyExists\w*|Duplicate\w*|Resource\.AlreadyAssociated|RouteAlreadyExists|InvalidSubnet\.Conflict|QueueDeletedRecently|AWS\.SimpleQueueService\.QueueDeletedRecently|QueueNameExists|InvalidTarget|NetworkAclEntryAlreadyExists|InvalidRequestException\.Scheduled)$/,
  },
  {
    code: 'NotFound',
    fits: /(\.NotFound|NotFound(Exception)?|NonExistentQueue|QueueDoesNotExist|NoSuchEntity(Exception)?|InvalidAddress\.NotFound|Gateway\.NotAttached)$/,
  },
  {
    code: 'Unavailable',
    fits: /^(InternalError|InternalFailure|InternalServiceError|Unavailable|ServiceUnavailable(Exception)?|Server\.InternalError|ServiceFailure(Exception)?|TimeoutError|\w*Timeout|ECONN\w*|EAI_AGAIN|EPIPE|ENOTFOUND|ETIMEDOUT)$/,
  },
];
