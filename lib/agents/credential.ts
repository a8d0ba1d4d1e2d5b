/**
 * Bearer tokens of agents: `sla1.<cluster>.<shard>.<epoch>.<expiresMs>.<mac>`. Checking one costs a hash and no read; who
 * may still use it (deleted clusters, earlier epochs) is the roster's to say. The same facts always give the same token,
 * so an answer that was lost is simply given again.
 */
import { timingSafeEqual } from 'node:crypto';
import type { EnrollAnswer } from '../domain/agent.ts';
import { asClusterId } from '../domain/ids.ts';
import { type EpochMs, HOUR_MS, toInstant } from '../domain/time.ts';
import { type AgentKey, signatureOf } from './keys.ts';
import type { AgentIdentity } from './port.ts';

/** A day: how long a stolen credential is good for something, at most. Our choice: docs/limits.md. */
export const CREDENTIAL_MS = 24 * HOUR_MS;
/** From then on there is a next one: two are good at the same time, never three. */
export const RENEWABLE_MS = CREDENTIAL_MS / 2;

export interface Credential extends AgentIdentity {
  readonly expiresAtMs: EpochMs;
}

const PURPOSE = 'credential';
/** Longer than any: the numbers are at most 15 digits. */
const MAX_LENGTH = 256;
const NUMBER = '(?:0|[1-9]\\d{0,14})';
const SHAPE = new RegExp(
  `^sla1\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})\\.([\\w-]{43})$`,
);

export function credentialText(key: AgentKey, credential: Credential): string {
  const { cluster, shard, epoch, expiresAtMs } = credential;
  return ['sla1', cluster, shard, epoch, expiresAtMs, macOf(key, credential)].join('.');
}

/** `undefined`: none of ours, changed, or expired. */
export function readCredential(key: AgentKey, text: string, nowMs: EpochMs): Credential | undefined {
  const [, cluster = '', shard, epoch, expiresAtMs, mac = ''] =
    text.length > MAX_LENGTH ? [] : (SHAPE.exec(text) ?? []);
  if (cluster === '') return undefined;
  const credential: Credential = {
    cluster: asClusterId(cluster),
    shard: Number(shard),
    epoch: Number(epoch),
    expiresAtMs: Number(expiresAtMs),
  };
  const isOurs = isSame(mac, macOf(key, credential));
  return isOurs && nowMs < credential.expiresAtMs ? credential : undefined;
}

/**
 * What a renewal is answered with: the same credential until half of its time is over, then the one that lasts half a
 * day longer. However often it is asked, and whichever answers are lost, there are at most two.
 */
export function renewed(credential: Credential, nowMs: EpochMs): Credential {
  const leftMs = credential.expiresAtMs - nowMs;
  if (leftMs > RENEWABLE_MS) return credential;
  return { ...credential, expiresAtMs: credential.expiresAtMs + RENEWABLE_MS };
}

export function answerOf(key: AgentKey, credential: Credential): EnrollAnswer {
  return {
    credential: credentialText(key, credential),
    expiresAt: toInstant(credential.expiresAtMs),
    renewAt: toInstant(credential.expiresAtMs - RENEWABLE_MS),
  };
}

/** In a time that does not depend on where they differ. */
export function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function macOf(key: AgentKey, { cluster, shard, epoch, expiresAtMs }: Credential): string {
  return signatureOf(key, PURPOSE, [cluster, shard, epoch, expiresAtMs]);
}
