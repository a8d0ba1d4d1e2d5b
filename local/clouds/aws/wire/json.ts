/** The JSON protocols: the operation is in a header, bodies are JSON. smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
import type { SimRequest } from '../../kit/wire.ts';
import { AwsFault } from '../core/fault.ts';
import type { Protocol } from './protocol.ts';

interface JsonOptions {
  readonly version: '1.0' | '1.1';
  /** `AmazonSQS`: what the target header starts with. */
  readonly target: string;
  /** `com.amazonaws.sqs` */
  readonly namespace: string;
  /** Codes from the time when the service spoke XML: told beside the name of the error, for old clients. */
  readonly queryCodes?: Readonly<Record<string, string>>;
}

export function awsJson({ version, target, namespace, queryCodes }: JsonOptions): Protocol {
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  });
  return {
    read(request) {
      const [service, operation] = (request.headers['x-amz-target'] ?? '').split('.');
      if (service !== target || operation === undefined) return undefined;
      return { operation, params: bodyOf(request) };
    },
    answer: (_operation, reply, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: JSON.stringify(reply ?? {}),
    }),
    refuse({ code, message, status }, requestId) {
      const side = status >= 500 ? 'Receiver' : 'Sender';
      const compatible = queryCodes && { 'x-amzn-query-error': `${queryCodes[code] ?? code};${side}` };
      return {
        status,
        headers: { ...headers(requestId), ...compatible },
        body: JSON.stringify({ __type: `${namespace}#${code}`, message }),
      };
    },
  };
}

function bodyOf({ body }: SimRequest): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new AwsFault('SerializationException', 'The request body is not JSON.');
  }
}
