/** Pricing: products by attributes. Documents are JSON within JSON, as the real service sends them. */
import { z } from 'zod';
import { AwsFault } from '../core/fault.ts';
import { operation, type Part } from '../core/operation.ts';
import { pageOf } from '../core/paging.ts';
import { list, text, whole } from '../core/parameters.ts';
import { EC2_PRODUCTS } from './price-list.ts';

/** The only service whose prices this cloud knows. */
const EC2 = 'AmazonEC2';
/** docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html */
const PAGE_SIZE = 100;

const getProducts = operation({
  input: z.strictObject({
    ServiceCode: text,
    Filters: list(z.strictObject({ Type: z.literal('TERM_MATCH'), Field: text, Value: text })),
    FormatVersion: z.literal('aws_v1').optional(),
    MaxResults: whole.optional(),
    NextToken: text.optional(),
  }),
  handle(_world, call) {
    const { ServiceCode, Filters, MaxResults: size = PAGE_SIZE, NextToken: token } = call.params;
    if (ServiceCode !== EC2)
      throw new AwsFault('InvalidParameterException', `Service code ${ServiceCode} is invalid.`);
    const fitting = EC2_PRODUCTS.filter(({ attributes }) =>
      Filters.every(({ Field, Value }) => attributes[Field] === Value),
    );
    const { items, nextToken } = pageOf(call, fitting, { size, token, question: Filters });
    return { FormatVersion: 'aws_v1', PriceList: items.map(({ json }) => json), NextToken: nextToken };
  },
});

export const pricingPart: Part = { operations: { pricing: { GetProducts: getProducts } } };
