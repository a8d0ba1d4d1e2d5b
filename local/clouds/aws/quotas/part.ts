/** Service Quotas: limits that apply to the account in the region, and those that everybody starts with. */
import { z } from 'zod';
import { QUOTAS, type Quota } from '../catalogue/quotas.ts';
import type { Call, Place } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { type Operations, operation, type Part } from '../core/operation.ts';
import { pageOf } from '../core/paging.ts';
import { text, whole } from '../core/parameters.ts';
import { quotaByCode } from '../core/quotas.ts';
import type { World } from '../core/world.ts';

const ALL: readonly Quota[] = Object.values(QUOTAS);

const SERVICE_NAMES: Readonly<Record<string, string>> = {
  ec2: 'Amazon Elastic Compute Cloud (Amazon EC2)',
  vpc: 'Amazon Virtual Private Cloud (Amazon VPC)',
  elasticloadbalancing: 'Elastic Load Balancing (ELB)',
};

const oneQuota = z.strictObject({ ServiceCode: text, QuotaCode: text });
const listed = z.strictObject({
  ServiceCode: text,
  QuotaCode: text.optional(),
  MaxResults: whole.optional(),
  NextToken: text.optional(),
});

/** Which value is told: what applies, or the default. */
type ReadValue = (world: World, place: Place, quota: Quota) => number;
const applied: ReadValue = (world, place, { code, value }) => quotaByCode(world, place, code) ?? value;
const byDefault: ReadValue = (_world, _place, { value }) => value;

const operations: Operations = {
  GetServiceQuota: getter(applied),
  GetAWSDefaultServiceQuota: getter(byDefault),
  ListServiceQuotas: lister(applied),
  ListAWSDefaultServiceQuotas: lister(byDefault),
};

function getter(read: ReadValue) {
  return operation({
    input: oneQuota,
    handle(world, call) {
      const { ServiceCode, QuotaCode } = call.params;
      const quota = ALL.find(({ service, code }) => service === ServiceCode && code === QuotaCode);
      if (!quota) throw noSuchQuota();
      return { Quota: view(call, quota, read(world, call, quota)) };
    },
  });
}

function lister(read: ReadValue) {
  return operation({
    input: listed,
    handle(world, call) {
      const { ServiceCode, QuotaCode, MaxResults: size = 100, NextToken: token } = call.params;
      const ofService = ALL.filter(({ service }) => service === ServiceCode);
      if (ofService.length === 0) throw noSuchQuota();
      const wanted = ofService.filter(({ code }) => QuotaCode === undefined || code === QuotaCode);
      const { items, nextToken } = pageOf(call, wanted, { size, token, question: [ServiceCode, QuotaCode] });
      return {
        Quotas: items.map((quota) => view(call, quota, read(world, call, quota))),
        NextToken: nextToken,
      };
    },
  });
}

const view = ({ region, account }: Call, { service, code, name }: Quota, value: number) => ({
  ServiceCode: service,
  ServiceName: SERVICE_NAMES[service],
  QuotaArn: `arn:aws:servicequotas:${region}:${account}:${service}/${code}`,
  QuotaCode: code,
  QuotaName: name,
  Value: value,
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: false,
});

const noSuchQuota = (): AwsFault =>
  new AwsFault(
    'NoSuchResourceException',
    'The request failed because the specified service quota does not exist.',
  );

export const quotasPart: Part = { operations: { servicequotas: operations } };
