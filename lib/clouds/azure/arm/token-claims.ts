/** The `roles` claim of an access token. Not verified: Entra ID handed it to us for our own application. */
import { z } from 'zod';

const Claims = z.object({ roles: z.array(z.string()).catch([]) });

export function rolesOf(token: string): readonly string[] {
  const payload = token.split('.')[1];
  if (payload === undefined) return [];
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return Claims.safeParse(claims).data?.roles ?? [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
