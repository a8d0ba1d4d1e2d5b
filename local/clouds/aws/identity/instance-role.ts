/** The role that programs on an instance act as: that of its profile. */
import type { World } from '../core/world.ts';
import { entityKey, profilesOf, type Role, rolesOf } from './store.ts';

interface Profiled {
  readonly account: string;
  readonly profile?: { readonly name: string };
}

/** `undefined`: it has no profile, or that has no role. */
export function roleOfInstance(world: World, { account, profile: worn }: Profiled): Role | undefined {
  const profile = profilesOf(world).get(entityKey({ account, name: worn?.name ?? '' }));
  return rolesOf(world).get(entityKey({ account, name: profile?.roles[0] ?? '' }));
}
