/** How long AWS keeps a write from being seen; cloud milliseconds. The engine's quiet rule is made of these. */
import { SECOND_MS } from '../../domain/time.ts';
import type { Windows } from '../port.ts';

/**
 * W: describe calls are eventually consistent. Seconds are the rule; the documentation asks for patience and names no
 * bound: docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html. A minute is our choice; what appears even
 * later is a twin, which steps and the orphan collector remove.
 */
const HIDDEN_MS = 60 * SECOND_MS;

/** A write may land until the pass's deadline (60 s) plus one request (15 s); then W; clocks differ by some seconds. */
const QUIET_MS = 60 * SECOND_MS + 15 * SECOND_MS + HIDDEN_MS + 15 * SECOND_MS;

export const AWS_WINDOWS: Windows = { quietMs: QUIET_MS, hiddenMs: HIDDEN_MS };
