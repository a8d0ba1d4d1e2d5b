/** Secrets of a region. A secret is found by its name, its ARN, or its ARN without the random end. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { type Place, placeKey } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import type { Tags } from '../core/tags.ts';
import type { World } from '../core/world.ts';

export interface SecretVersion {
  /** The ClientRequestToken that it came with. */
  readonly id: string;
  readonly content: string;
  readonly createdAt: EpochMs;
}

export interface SimulatedSecret extends Place {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  /** Oldest first; the last one is current. */
  readonly versions: readonly SecretVersion[];
  readonly tags: Tags;
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
  /** Deleted, and gone for good at this instant. */
  readonly deletion?: { readonly askedAt: EpochMs; readonly at: EpochMs };
}

const tableOf = (world: World) => world.records.table<SimulatedSecret>('secrets', placeKey);

export const secretArn = ({ region, account }: Place, name: string): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;

/** What policies are asked about: the ARN, or what it would begin with. */
export const resourceOf = (place: Place, id: string): string =>
  id.startsWith('arn:') ? id : secretArn(place, id);

export function putSecret(world: World, secret: SimulatedSecret): void {
  tableOf(world).put(secretArn(secret, secret.name), secret);
}

export function dropSecret(world: World, secret: SimulatedSecret): void {
  tableOf(world).delete(secretArn(secret, secret.name));
}

export function secretsIn(world: World, place: Place): readonly SimulatedSecret[] {
  return tableOf(world)
    .inGroup(placeKey(place))
    .filter((secret) => !isOver(world, secret));
}

export const allSecrets = (world: World): readonly SimulatedSecret[] =>
  tableOf(world)
    .values()
    .filter((secret) => !isOver(world, secret));

/** Undefined: there is none, or its time to be restored is over. */
export function lookUp(world: World, place: Place, id: string): SimulatedSecret | undefined {
  const wanted = resourceOf(place, id);
  const found = tableOf(world).get(wanted) ?? tableOf(world).get(wanted.replace(/-\w{6}$/, ''));
  return found && !isOver(world, found) ? found : undefined;
}

/** Throws ResourceNotFoundException, and InvalidRequestException for what is marked for deletion. */
export function usable(world: World, place: Place, id: string): SimulatedSecret {
  const secret = lookUp(world, place, id);
  if (!secret)
    throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  if (secret.deletion)
    throw new AwsFault(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  return secret;
}

const isOver = (world: World, { deletion }: SimulatedSecret): boolean =>
  deletion !== undefined && deletion.at <= world.clock.now();
