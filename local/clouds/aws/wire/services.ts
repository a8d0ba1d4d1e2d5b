/** The services of this AWS: how each is spoken to, what its actions are called in policies, how it names its refusals. */
import type { SimRequest } from '../../kit/wire.ts';
import type { ServiceName } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import type { ParameterWords } from '../core/parameters.ts';
import { awsJson } from './json.ts';
import type { Protocol } from './protocol.ts';
import { awsQuery, ec2Query } from './query.ts';

/** How a family of services refuses what no operation ever sees. */
interface Manner {
  readonly words: ParameterWords;
  readonly unknownOperation: string;
  readonly throttled: string;
  unsigned(): AwsFault;
  unknownKey(): AwsFault;
  badSignature(why: string): AwsFault;
  expired(why: string): AwsFault;
}

export interface Service {
  readonly name: ServiceName;
  /** Prefix of its actions in policies. */
  readonly actions: string;
  readonly protocol: Protocol;
  readonly manner: Manner;
  /** Of the API, for protocols that say it. */
  readonly version?: string;
  /** Belongs to accounts, whatever the region that was asked. */
  readonly isGlobal: boolean;
}

const INVALID_CREDENTIALS = 'AWS was not able to validate the provided access credentials';

const ec2Manner: Manner = {
  words: { missing: 'MissingParameter', unknown: 'UnknownParameter', invalid: 'InvalidParameterValue' },
  unknownOperation: 'InvalidAction',
  throttled: 'RequestLimitExceeded',
  unsigned: () => new AwsFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
  unknownKey: () => new AwsFault('AuthFailure', INVALID_CREDENTIALS),
  badSignature: () => new AwsFault('AuthFailure', INVALID_CREDENTIALS),
  expired: () => new AwsFault('RequestExpired', 'Request has expired.'),
};

const queryManner: Manner = {
  words: { missing: 'ValidationError', unknown: 'ValidationError', invalid: 'ValidationError' },
  unknownOperation: 'InvalidAction',
  throttled: 'Throttling',
  unsigned: () => new AwsFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403),
  unknownKey: () =>
    new AwsFault('InvalidClientTokenId', 'The security token included in the request is invalid.'),
  badSignature: (why) => new AwsFault('SignatureDoesNotMatch', why),
  expired: (why) => new AwsFault('SignatureDoesNotMatch', why),
};

const jsonManner: Manner = {
  words: { missing: 'ValidationException', unknown: 'ValidationException', invalid: 'ValidationException' },
  unknownOperation: 'UnknownOperationException',
  throttled: 'ThrottlingException',
  unsigned: () => new AwsFault('MissingAuthenticationTokenException', 'Missing Authentication Token'),
  unknownKey: () =>
    new AwsFault('UnrecognizedClientException', 'The security token included in the request is invalid.'),
  badSignature: (why) => new AwsFault('InvalidSignatureException', why),
  expired: (why) => new AwsFault('InvalidSignatureException', why),
};

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html and its siblings. */
const QUEUE_CODES = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueDeletedRecently: 'AWS.SimpleQueueService.QueueDeletedRecently',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
} as const;

const query = (
  name: ServiceName,
  version: string,
  protocol: Protocol,
  manner: Manner = queryManner,
): Service => ({ name, actions: name, protocol, manner, version, isGlobal: false });

const json = (name: ServiceName, protocol: Protocol): Service => ({
  name,
  actions: name,
  protocol,
  manner: jsonManner,
  isGlobal: false,
});

export const SERVICES = {
  ec2: query('ec2', '2016-11-15', ec2Query('http://ec2.amazonaws.com/doc/2016-11-15/'), ec2Manner),
  elasticloadbalancing: query(
    'elasticloadbalancing',
    '2015-12-01',
    awsQuery('http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/'),
  ),
  classicbalancing: {
    ...query(
      'classicbalancing',
      '2012-06-01',
      awsQuery('http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/'),
    ),
    actions: 'elasticloadbalancing',
  },
  iam: {
    ...query('iam', '2010-05-08', awsQuery('https://iam.amazonaws.com/doc/2010-05-08/')),
    isGlobal: true,
  },
  sts: query('sts', '2011-06-15', awsQuery('https://sts.amazonaws.com/doc/2011-06-15/')),
  sqs: json(
    'sqs',
    awsJson({ version: '1.0', target: 'AmazonSQS', namespace: 'com.amazonaws.sqs', queryCodes: QUEUE_CODES }),
  ),
  events: json(
    'events',
    awsJson({ version: '1.1', target: 'AWSEvents', namespace: 'com.amazonaws.eventbridge' }),
  ),
  pricing: json(
    'pricing',
    awsJson({ version: '1.1', target: 'AWSPriceListService', namespace: 'com.amazonaws.pricing' }),
  ),
  servicequotas: json(
    'servicequotas',
    awsJson({ version: '1.1', target: 'ServiceQuotasV20190624', namespace: 'com.amazonaws.servicequotas' }),
  ),
  secretsmanager: json(
    'secretsmanager',
    awsJson({ version: '1.1', target: 'secretsmanager', namespace: 'com.amazonaws.secretsmanager' }),
  ),
} as const satisfies Readonly<Record<ServiceName, Service>>;

const byName = new Map<string, Service>(Object.entries(SERVICES));

/** One of several at the same address and under the same name: what the request says the API's version is decides. */
export function ofVersion(service: Service, request: SimRequest): Service {
  if (service !== SERVICES.elasticloadbalancing) return service;
  const { classicbalancing } = SERVICES;
  return service.protocol.read(request)?.version === classicbalancing.version ? classicbalancing : service;
}

export const findService = (name: string): Service | undefined => byName.get(name);
