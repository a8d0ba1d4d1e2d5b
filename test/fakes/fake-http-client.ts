/** An HttpClient of the Azure SDKs that answers from a table and remembers what it was sent. */
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';

export interface SentRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class FakeHttpClient implements HttpClient {
  readonly sent: SentRequest[] = [];
  readonly #answer: (request: SentRequest) => Answer;

  constructor(answer: (request: SentRequest) => Answer) {
    this.#answer = answer;
  }

  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    const seen: SentRequest = {
      method: request.method,
      url: new URL(request.url),
      headers: request.headers.toJSON(),
      body: parse(request.body),
    };
    this.sent.push(seen);
    const { status, body, headers = {} } = this.#answer(seen);
    return {
      request,
      status,
      headers: createHttpHeaders({ 'content-type': 'application/json', ...headers }),
      bodyAsText: body === undefined ? '' : JSON.stringify(body),
    };
  }
}

/** Token requests are forms, everything else is JSON. */
function parse(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  return body.startsWith('{') ? (JSON.parse(body) as unknown) : body;
}

/** What Entra ID answers to a client that it accepts. */
export const A_TOKEN: Answer = {
  status: 200,
  body: {
    token_type: 'Bearer',
    expires_in: 3599,
    ext_expires_in: 3599,
    access_token: 'token-of-the-account',
  },
};
