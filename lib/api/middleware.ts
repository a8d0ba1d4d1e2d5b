/**
 * Typed face of @middy/core. Its own types ask for AWS Lambda contexts; the one cast below is the only place that says
 * otherwise. Semantics that the layers rely on (middy 7): a value returned from `before` ends the chain and skips every
 * `after`; `onError` runs for what is thrown, innermost layer first, and what it returns is the answer.
 */
import type { InvocationContext } from '@azure/functions';
import middy from '@middy/core';

export interface Turn<I, O> {
  readonly event: I;
  readonly context: InvocationContext;
  response: O | undefined;
  readonly error: unknown;
}

export interface Layer<I, O> {
  readonly name: string;
  before?(turn: Turn<I, O>): Promise<O | undefined> | O | undefined;
  after?(turn: Turn<I, O>): Promise<undefined> | undefined;
  onError?(turn: Turn<I, O>): Promise<O | undefined> | O | undefined;
}

type Handler<I, O> = (input: I, context: InvocationContext) => Promise<O>;
type Middy = <I, O>(
  handler: Handler<I, O>,
  options: { readonly timeoutEarlyInMillis: number },
) => Handler<I, O> & { use(layer: Layer<I, O>): unknown };

/** The first layer is the outermost. A Functions context has no deadline to race, so middy's timer is off. */
export function layered<I, O>(layers: readonly Layer<I, O>[], core: Handler<I, O>): Handler<I, O> {
  const chain = (middy as unknown as Middy)(core, { timeoutEarlyInMillis: 0 });
  for (const layer of layers) chain.use(layer);
  return (input, context) => chain(input, context);
}
