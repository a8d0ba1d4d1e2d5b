/**
 * Quotas by their codes: docs.aws.amazon.com/general/latest/gr/aws-service-information.html and each service's quotas
 * page. A quota that was never changed is read as AWS's default.
 */
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { ok, type Result } from '../../../domain/errors.ts';
import { settle } from '../errors.ts';
import type { LimitName, Limits } from './port.ts';

interface QuotaCode {
  readonly service: string;
  readonly code: string;
}

export const QUOTA_CODES = {
  'standard-vcpus': { service: 'ec2', code: 'L-1216C47A' },
  'graphics-vcpus': { service: 'ec2', code: 'L-DB2E81BA' },
  'accelerated-vcpus': { service: 'ec2', code: 'L-417A185B' },
  'spot-standard-vcpus': { service: 'ec2', code: 'L-34B43A08' },
  'spot-graphics-vcpus': { service: 'ec2', code: 'L-3819A6DF' },
  'spot-accelerated-vcpus': { service: 'ec2', code: 'L-7212CCBC' },
  vpcs: { service: 'vpc', code: 'L-F678F1CE' },
  addresses: { service: 'ec2', code: 'L-0263D0A3' },
  'internet-gateways': { service: 'vpc', code: 'L-A4707A72' },
  'nat-gateways': { service: 'vpc', code: 'L-FE5A380F' },
  'network-balancers': { service: 'elasticloadbalancing', code: 'L-69A177A2' },
} as const satisfies Record<LimitName, QuotaCode>;

const NAMES = Object.keys(QUOTA_CODES) as readonly LimitName[];

/** A quota that AWS does not tell is no limit: it only ever warns. */
export async function readLimits(client: ServiceQuotasClient): Promise<Result<Limits>> {
  const answers = await Promise.all(NAMES.map((name) => readLimit(client, QUOTA_CODES[name])));
  const failed = answers.find((answer) => !answer.ok);
  if (failed && !failed.ok) return failed;
  const limits = answers.map((answer, index) => [NAMES[index] ?? '', answer.ok ? answer.value : 0] as const);
  // One entry per name: NAMES are the keys of the table.
  return ok(Object.fromEntries(limits) as unknown as Limits);
}

async function readLimit(client: ServiceQuotasClient, { service, code }: QuotaCode): Promise<Result<number>> {
  const input = { ServiceCode: service, QuotaCode: code };
  const own = await settle('servicequotas.getServiceQuota', () =>
    client.send(new GetServiceQuotaCommand(input)),
  );
  if (own.ok) return ok(own.value.Quota?.Value ?? Number.POSITIVE_INFINITY);
  if (own.error.code !== 'NotFound' && !own.error.source.endsWith(':NoSuchResourceException')) return own;
  const standard = await settle('servicequotas.getAWSDefaultServiceQuota', () =>
    client.send(new GetAWSDefaultServiceQuotaCommand(input)),
  );
  return standard.ok ? ok(standard.value.Quota?.Value ?? Number.POSITIVE_INFINITY) : standard;
}
