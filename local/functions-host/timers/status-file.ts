/**
 * When each timer last ran, in one JSON file under the data directory: what Azure keeps as a blob in host storage. It is
 * how a timer knows after a restart that it has missed its time.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Instant } from '../../../lib/domain/time.ts';

const TimerStatus = z.object({ last: z.string(), next: z.string(), lastUpdated: z.string() });
const Statuses = z.record(z.string(), TimerStatus);

export interface TimerStatus {
  readonly last: Instant;
  readonly next: Instant;
  readonly lastUpdated: Instant;
}

export interface TimerStatuses {
  get(name: string): TimerStatus | undefined;
  set(name: string, status: TimerStatus): void;
}

export function openStatusFile(dataDirectory: string): TimerStatuses {
  mkdirSync(dataDirectory, { recursive: true });
  const file = path.join(dataDirectory, 'timers.json');
  const statuses = new Map(Object.entries(readStatuses(file)));
  return {
    get: (name) => statuses.get(name),
    set(name, status) {
      statuses.set(name, status);
      // Written beside and renamed, so that a crash leaves the old file or the new one, never half of it.
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(statuses), null, 2));
      renameSync(`${file}.new`, file);
    },
  };
}

function readStatuses(file: string): z.infer<typeof Statuses> {
  return existsSync(file) ? Statuses.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}
