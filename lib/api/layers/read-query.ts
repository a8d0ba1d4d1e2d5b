/** Query parameters. A parameter that is given twice counts once, the last time. */
import type { ApiLayer } from '../exchange.ts';
import { refusal } from '../problem.ts';
import { schemaFindings } from '../schema-findings.ts';

export function readQuery<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'read-query',
    before({ event }) {
      const { query: schema } = event.contract;
      if (!schema) {
        // Without a schema Q is its default, the empty record.
        event.query = { value: {} as Q };
        return undefined;
      }
      const given = Object.fromEntries(event.request.query);
      const parsed = schema.safeParse(given);
      if (parsed.success) event.query = { value: parsed.data };
      return parsed.success ? undefined : refusal(schemaFindings(parsed.error, given));
    },
  };
}
