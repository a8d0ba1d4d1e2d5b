/**
 * Clusters live on cloud time, which may pass many times as fast as the clients' own. What the server says of times is
 * told in the clients'; what clients wrote is theirs and stays as it is.
 */
import type { Json, JsonObject } from '../../lib/domain/cluster.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import { isJsonObject } from './object.ts';
import type { ApiAnswer } from './request.ts';

export type WallTime = (cloudMs: EpochMs) => EpochMs;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** The parts of an object that the server writes; `timestamp` and `node` are those of measurements. */
const OF_SERVER = new Set(['metadata', 'status', 'timestamp', 'node']);
/** And what is the clients' own time already: how long backups are kept. */
const OF_CLIENTS = new Set(['annotations', 'labels', 'expiration']);

export function inWallTime(answer: ApiAnswer, wallTime: WallTime): ApiAnswer {
  if (typeof answer.body === 'string') return answer;
  const plain: Json = JSON.parse(JSON.stringify(answer.body));
  return isJsonObject(plain) ? { ...answer, body: object(plain, wallTime) } : answer;
}

function object(plain: JsonObject, wallTime: WallTime): JsonObject {
  const fields = Object.entries(plain).map(([name, value]): [string, Json | undefined] => {
    if (name === 'items' && Array.isArray(value)) {
      return [name, value.map((item) => (isJsonObject(item) ? object(item, wallTime) : item))];
    }
    return [name, OF_SERVER.has(name) ? shifted(value, wallTime) : value];
  });
  return Object.fromEntries(fields);
}

function shifted(value: Json | undefined, wallTime: WallTime): Json | undefined {
  if (typeof value === 'string') return INSTANT.test(value) ? instant(value, wallTime) : value;
  if (Array.isArray(value)) return value.map((inner: Json) => shifted(inner, wallTime) ?? null);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([name, inner]): [string, Json | undefined] => [
    name,
    OF_CLIENTS.has(name) ? inner : shifted(inner, wallTime),
  ]);
  return Object.fromEntries(fields);
}

/** As precise as it was. */
function instant(text: string, wallTime: WallTime): string {
  const told = new Date(wallTime(Date.parse(text))).toISOString();
  return text.includes('.') ? told : `${told.slice(0, 19)}Z`;
}
