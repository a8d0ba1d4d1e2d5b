/** The SDK's clients over a handler in process: it remembers what each call said and gives canned answers in turn. */
import { HttpResponse } from '@smithy/core/protocols';
import { type AwsSession, openSession } from '../../lib/clouds/aws/session.ts';
import { OPEN_GUARD } from '../../lib/clouds/open-guard.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { REGION } from './aws.ts';

/** Parameters as they were sent: a form for query protocols, an object for JSON ones. */
export interface SentCall {
  readonly operation: string;
  readonly [parameter: string]: unknown;
}

export interface Refusal {
  readonly code: string;
  readonly status?: number;
  readonly message?: string;
}

/** XML between the tags of the answer, an object for JSON protocols, or a refusal. */
export type Answer = string | Readonly<Record<string, unknown>> | Refusal;

export interface AwsWire {
  readonly session: AwsSession;
  readonly sent: readonly SentCall[];
}

/** By operation; one without an answer left gets an empty success. */
export function anAwsWire(answers: Readonly<Record<string, readonly Answer[]>> = {}): AwsWire {
  const sent: SentCall[] = [];
  const left = new Map(Object.entries(answers).map(([operation, all]) => [operation, [...all]]));
  const transport = {
    async handle(request: Request) {
      const call = readCall(request);
      sent.push(call);
      const answer = left.get(call.operation)?.shift();
      return { response: isJson(request) ? jsonAnswer(answer) : xmlAnswer(request, call.operation, answer) };
    },
  };
  const account = {
    project: 'default',
    name: 'aws-demo',
    type: 'aws',
    settings: { accessKeyId: 'AKIA' },
    lastRotatedAt: '2026-11-20T12:00:00.000Z',
  } as const;
  const access = { account, secret: new Secret('s') };
  const parts = { endpoint: 'http://aws.test', transport, requestTimeoutMs: 1_000 };
  return { session: openSession(parts, access, REGION, OPEN_GUARD), sent };
}

interface Request {
  readonly body?: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

const TARGET = 'x-amz-target';
const isJson = ({ headers }: Request): boolean => headers[TARGET] !== undefined;

function readCall(request: Request): SentCall {
  const { body = '' } = request;
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  if (isJson(request)) {
    const operation = request.headers[TARGET]?.split('.')[1] ?? '';
    return { ...(JSON.parse(text) as Readonly<Record<string, unknown>>), operation };
  }
  const { Action = '', Version: _, ...parameters } = Object.fromEntries(new URLSearchParams(text));
  return { ...parameters, operation: Action };
}

const isRefusal = (answer: Answer | undefined): answer is Refusal =>
  typeof answer === 'object' && typeof (answer as Refusal).code === 'string';

function jsonAnswer(answer: Answer | undefined): HttpResponse {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const [statusCode, body] = isRefusal(answer)
    ? [answer.status ?? 400, { __type: answer.code, message: answer.message ?? 'no' }]
    : [200, answer ?? {}];
  return new HttpResponse({ statusCode, headers, body: Buffer.from(JSON.stringify(body)) });
}

/** EC2's answers have no element `…Result`, the others' do. */
function xmlAnswer(request: Request, operation: string, answer: Answer | undefined): HttpResponse {
  const headers = { 'content-type': 'text/xml' };
  const isEc2 = request.headers.authorization?.includes('/ec2/aws4_request') === true;
  if (isRefusal(answer)) {
    const { code, status = 400, message = 'no' } = answer;
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
    const body = isEc2
      ? `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`
      : `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`;
    return new HttpResponse({ statusCode: status, headers, body: Buffer.from(body) });
  }
  const inner = typeof answer === 'string' ? answer : '';
  const result = isEc2 ? inner : `<${operation}Result>${inner}</${operation}Result>`;
  const body = `<${operation}Response>${result}</${operation}Response>`;
  return new HttpResponse({ statusCode: 200, headers, body: Buffer.from(body) });
}
