/** The settings of the process that `npm start` runs, parsed once. */
import { z } from 'zod';
import { StartRefusedError } from './start-refused-error.ts';

const Environment = z.object({
  /** Of API and console; loopback only. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(7071),
  /** Where data is kept. */
  SLIPWAY_DATA: z.string().min(1).default('.slipway'),
  /** Cloud seconds per wall second. */
  SLIPWAY_SPEED: z.coerce.number().positive().max(10_000).default(30),
  SLIPWAY_DEBUG: z.enum(['true', 'false']).default('false'),
  /** Another AWS than the simulated one: an emulator. The simulated one runs all the same. */
  SLIPWAY_AWS_URL: z.url().optional(),
});

export interface LocalSettings {
  readonly port: number;
  readonly dataDirectory: string;
  readonly speed: number;
  readonly debug: boolean;
  readonly awsUrl?: string;
}

/** Throws a StartRefusedError that names every setting that is wrong. */
export function readLocalSettings(environment: Readonly<Record<string, string | undefined>>): LocalSettings {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const words = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new StartRefusedError(`Settings: ${words.join('; ')}`);
  }
  const { PORT, SLIPWAY_DATA, SLIPWAY_SPEED, SLIPWAY_DEBUG, SLIPWAY_AWS_URL: awsUrl } = parsed.data;
  return {
    port: PORT,
    dataDirectory: SLIPWAY_DATA,
    speed: SLIPWAY_SPEED,
    debug: SLIPWAY_DEBUG === 'true',
    ...(awsUrl === undefined ? {} : { awsUrl }),
  };
}
