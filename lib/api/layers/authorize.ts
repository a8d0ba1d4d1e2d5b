/** Is the caller's role enough? The answer names the role that is missing (A133). */
import { includesRole, type Role, tokenRole } from '../auth/caller.ts';
import type { ApiLayer, Exchange } from '../exchange.ts';
import { problem } from '../problem.ts';

export function authorize<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'authorize',
    before({ event }) {
      const { access } = event.contract;
      if (typeof access === 'string') return undefined;
      const role = access.of === 'deployment' ? tokenRole(event.caller, '*') : event.grant?.role;
      if (role && includesRole(role, access.role)) return undefined;
      return problem(403, 'FORBIDDEN', `This needs the role ${access.role}${placeOf(event, access)}.`);
    },
  };
}

function placeOf<P, Q, B, T>(
  { request }: Exchange<P, Q, B, T>,
  access: { readonly role: Role; readonly of?: string },
): string {
  if (access.of === 'deployment') return ' for the whole deployment';
  return ` in project ${request.params.project ?? request.query.get('project') ?? ''}`;
}
