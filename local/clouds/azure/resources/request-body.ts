/** Reads request bodies the way the providers do: shape against the type definitions, then the tags, then types. */
import type { z } from 'zod';
import { findRegion } from '../catalogue.ts';
import { badRequest, conflict, preconditionFailed } from '../errors.ts';
import { type BodyProblem, findBodyProblem } from '../schema/validate.ts';
import type { ResourceBase } from '../state.ts';
import type { ArmRequest } from '../world.ts';

/** Throws the refusal of the type's provider when the body is not one that it knows. */
export function readBody<T>(request: ArmRequest, type: string, schema: z.ZodType<T>): T {
  const body = withoutNulls(request.body());
  const problem = findBodyProblem(type, body);
  if (problem) throw type.startsWith('Microsoft.Network/') ? networkRefusal(problem) : aksRefusal(problem);
  return schema.parse(body);
}

/** A null says the same as leaving the member out. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}

function aksRefusal(problem: BodyProblem) {
  const at = problem.path === '' ? '' : ` at ${problem.path}`;
  switch (problem.kind) {
    case 'unknown':
      return badRequest(
        'UnmarshalError',
        `UnmarshalEntity encountered error: json: unknown field "${problem.member}"${at}.`,
        { bare: true },
      );
    case 'missing':
      return problem.member === 'location' && problem.path === ''
        ? locationRequired()
        : badRequest(
            'InvalidParameter',
            `Required parameter ${[problem.path, problem.member].filter(Boolean).join('.')} is missing (null).`,
            { target: problem.member, bare: true },
          );
    case 'wrong':
      return badRequest(
        'InvalidParameter',
        `The value of parameter ${problem.path} is invalid. Error details: it ${problem.says}.`,
        { target: problem.path, bare: true },
      );
  }
}

function networkRefusal(problem: BodyProblem) {
  const says =
    problem.kind === 'wrong'
      ? problem.says
      : problem.kind === 'unknown'
        ? `Could not find member '${problem.member}'`
        : `Required property '${problem.member}' not found`;
  if (problem.kind === 'missing' && problem.member === 'location') return locationRequired();
  return badRequest('InvalidRequestFormat', 'Cannot parse the request.', {
    details: [{ code: 'InvalidJson', message: `${says}. Path '${problem.path}'.` }],
  });
}

export const locationRequired = () =>
  badRequest('LocationRequired', 'The location property is required for this definition.');

/** The region's own spelling. Throws for a place where the type is not offered, and for a move. */
export function checkLocation(location: string, type: string, existing: ResourceBase | undefined): string {
  const region = findRegion(location);
  if (!region)
    throw badRequest(
      'LocationNotAvailableForResourceType',
      `The provided location '${location}' is not available for resource type '${type}'.`,
    );
  if (existing && existing.location !== region.name)
    throw conflict(
      'InvalidResourceLocation',
      `The resource '${existing.name}' already exists in location '${existing.location}' in resource group '${existing.group}'. A resource with the same name cannot be created in location '${region.name}'. Please select a new resource name.`,
    );
  return region.name;
}

/** If-Match and If-None-Match of a write. */
export function checkPreconditions(request: ArmRequest, existing: ResourceBase | undefined): void {
  const { 'if-match': match, 'if-none-match': noneMatch } = request.headers;
  if (noneMatch !== undefined && existing && (noneMatch === '*' || sameTag(noneMatch, existing.etag)))
    throw preconditionFailed(
      `The resource '${existing.name}' exists already, and the request asked for it not to (If-None-Match).`,
    );
  if (match !== undefined && (!existing || (match !== '*' && !sameTag(match, existing.etag))))
    throw preconditionFailed(
      'The condition specified using HTTP conditional header(s) is not met: the entity tag is not the current one.',
    );
}

const sameTag = (given: string, etag: string): boolean =>
  given.replace(/^W\//, '').replaceAll('"', '') === etag;
