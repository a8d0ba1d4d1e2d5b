/** What a request to AWS asks for, read off its bytes, and the last of them in words for whoever looks into a failure. */
import { createHash } from 'node:crypto';
import type { SimAnswer, SimRequest } from '../../local/clouds/kit/wire.ts';

/** `RunInstances`: in the form of query protocols, in a header of JSON ones. */
export function operationOf(headers: Readonly<Record<string, string>>, body: string): string {
  const target = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1];
  return target?.split('.').at(-1) ?? /(?:^|&)Action=([A-Za-z]+)/.exec(body)?.[1] ?? '';
}

const KEPT = 60;

export class AwsTrace {
  requests = 0;
  readonly #hash = createHash('sha256');
  #last: string[] = [];

  /** One seed is one history: everything that was asked of the cloud, in order. */
  get hash(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  /** Writes only: reads are many. */
  get last(): readonly string[] {
    return this.#last.slice(-KEPT);
  }

  /** `clock`: `13:37:01`. */
  add(operation: string, { body }: SimRequest, answer: SimAnswer, isRead: boolean, clock: string): void {
    this.requests += 1;
    const status = answer === 'cut' ? 0 : answer.status;
    this.#hash.update(`${operation} ${status}\n`);
    if (isRead) return;
    const code =
      answer === 'cut' || status < 300
        ? ''
        : (/<Code>([^<]+)|"__type":"([^"]+)/.exec(answer.body)?.[0] ?? '');
    this.#last.push(`${clock} ${operation} ${status} ${code} ${told(body)}`);
    if (this.#last.length > 10 * KEPT) this.#last = this.#last.slice(-KEPT);
  }
}

const WORTH =
  /(?:^|&)((?:GroupId|InstanceId\.1|SubnetId|AllocationId|NatGatewayId|RouteTableId|VpcId|Name|RoleName|ClientToken)=[^&]*)/g;

function told(body: string): string {
  const words = [...body.matchAll(WORTH)].map(([, word = '']) => word);
  const tags = /slipway%3Apool&[^&]*Value=([^&]*)/.exec(body)?.[1];
  const secret = /"(?:Name|SecretId)":"([^"]+)"/.exec(body)?.[1];
  return [
    ...words,
    ...(secret === undefined ? [] : [secret]),
    ...(tags === undefined ? [] : [`pool=${tags}`]),
  ]
    .join(' ')
    .slice(0, 160);
}
