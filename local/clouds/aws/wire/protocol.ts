/** The ways in which AWS services read requests and write answers. Written after the Smithy definitions of each protocol. */
import type { SimRequest, SimResponse } from '../../kit/wire.ts';
import type { AwsFault } from '../core/fault.ts';
import type { Reply } from '../core/operation.ts';

export interface Asked {
  readonly operation: string;
  /** Of the API; JSON services have none in the request. */
  readonly version?: string;
  readonly params: unknown;
}

export interface Protocol {
  /** Undefined: the request names no operation. */
  read(request: SimRequest): Asked | undefined;
  answer(operation: string, reply: Reply, requestId: string): SimResponse;
  refuse(fault: AwsFault, requestId: string): SimResponse;
}
