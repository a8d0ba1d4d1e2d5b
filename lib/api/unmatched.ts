/** What no route takes: 405 with the methods that the address has, 404 when it has none. */
import { type Endpoint, endpoint } from './endpoint.ts';
import { problem } from './problem.ts';

/** `prefix`: what the host puts in front of every route, `/api/`. */
export function unmatched(endpoints: readonly Endpoint[], prefix: string): Endpoint {
  return endpoint(
    {
      name: 'unmatched',
      method: 'GET',
      route: '{*rest}',
      summary: 'Whatever no route takes',
      tag: 'platform',
      access: 'public',
      responses: { 404: { description: 'No such address' }, 405: { description: 'No such method here' } },
    },
    ({ url }) => {
      const path = new URL(url).pathname;
      const here = endpoints.filter(({ contract }) => takes(prefix + contract.route, path));
      if (here.length === 0) return problem(404, 'NOT_FOUND', 'There is nothing at this address.');
      const allow = [...new Set(here.map(({ contract }) => contract.method))].sort().join(', ');
      return problem(405, 'METHOD_NOT_ALLOWED', `This address takes ${allow}.`, { headers: { allow } });
    },
  );
}

function takes(route: string, path: string): boolean {
  const wanted = route.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part === given[index] || (part.startsWith('{') && given[index] !== ''))
  );
}
