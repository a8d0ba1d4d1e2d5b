/** What came of one look at one pack. */
import type { PackReport } from '../../lib/domain/agent.ts';

export type PackState = PackReport['state'];

/** For people; bounded. */
const MAX_MESSAGE = 500;

export const packReport = (
  { name, version }: { readonly name: string; readonly version: string },
  state: PackState,
  message?: string,
): PackReport => ({
  name,
  version,
  state,
  ...(message === undefined ? {} : { message: message.slice(0, MAX_MESSAGE) }),
});
