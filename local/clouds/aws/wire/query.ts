/**
 * The query protocols: a form comes in, XML goes out. EC2 writes lists as `<item>` below the response itself; the others
 * write `<member>` below a result of its own. smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import type { SimRequest, SimResponse } from '../../kit/wire.ts';
import type { AwsFault } from '../core/fault.ts';
import { parseForm } from './form.ts';
import type { Asked, Protocol } from './protocol.ts';
import { document, toXml } from './xml.ts';

const XML = 'text/xml;charset=UTF-8';

const respond = (status: number, body: string, requestId: string): SimResponse => ({
  status,
  headers: { 'content-type': XML, 'x-amzn-requestid': requestId },
  body,
});

function read({ method, url, body }: SimRequest): Asked | undefined {
  const query = new URL(url, 'http://localhost').search.slice(1);
  const { Action, Version, ...params } = parseForm(method === 'GET' ? query : body);
  if (typeof Action !== 'string') return undefined;
  return { operation: Action, params, ...(typeof Version === 'string' ? { version: Version } : {}) };
}

export const ec2Query = (namespace: string): Protocol => ({
  read,
  answer(operation, reply, requestId) {
    const content = toXml({ requestId, ...(reply ?? { return: true }) }, 'item');
    return respond(200, document(`${operation}Response`, content, namespace), requestId);
  },
  refuse(fault, requestId) {
    const { code, message } = fault;
    const content = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId };
    return respond(fault.status, document('Response', content), requestId);
  },
});

export const awsQuery = (namespace: string): Protocol => ({
  read,
  answer(operation, reply, requestId) {
    const content = {
      [`${operation}Result`]: toXml(reply ?? {}, 'member'),
      ResponseMetadata: { RequestId: requestId },
    };
    return respond(200, document(`${operation}Response`, content, namespace), requestId);
  },
  refuse(fault: AwsFault, requestId) {
    const { code, message, status } = fault;
    const error = { Type: status >= 500 ? 'Receiver' : 'Sender', Code: code, Message: message };
    const content = { Error: error, RequestId: requestId };
    return respond(status, document('ErrorResponse', content, namespace), requestId);
  },
});
