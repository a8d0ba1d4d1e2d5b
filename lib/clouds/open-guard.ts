/** Lets everything pass: questions of people are bounded by their own timeout, not by a pass. */
import type { CallGuard } from './port.ts';

export const OPEN_GUARD: CallGuard = { admit: () => undefined, settled: () => {} };
