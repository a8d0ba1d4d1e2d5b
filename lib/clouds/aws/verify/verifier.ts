/**
 * Questions to AWS while a request is validated: gathers facts, applies the rules of this folder. What AWS does not
 * answer in time is a warning, never an error. A change is only asked about what it changes.
 */
import { sameValue } from '../../../domain/canonical.ts';
import type { AwsCloud, ClusterSpec } from '../../../domain/cluster.ts';
import { type Finding, warning } from '../../../domain/findings.ts';
import { fingerprint } from '../../fingerprint.ts';
import type { AccountAccess, Cloud, VerifyRequest } from '../../port.ts';
import { type AnswerCache, within } from '../../verify/ask.ts';
import { type Asking, gather } from '../../verify/gather.ts';
import { awsConfig } from '../aws-config.ts';
import type { AwsCatalog } from '../catalog/port.ts';
import { type Facts, QUESTIONS, type Question } from './facts.ts';
import { machineFindings, type PlacedPool, totalFindings, typeOf } from './machine-rules.ts';
import { networkFindings } from './network-rules.ts';
import { hasRegion, placeFindings } from './place-rules.ts';
import { quotaFindings } from './quota-rules.ts';

export type Verifier = Pick<Cloud, 'verify' | 'defaultZones'>;

export interface VerifierParts {
  readonly cache: AnswerCache;
  readonly catalog: (access: AccountAccess) => AwsCatalog;
}

export function createVerifier({ cache, catalog }: VerifierParts): Verifier {
  return {
    async verify(request) {
      const { access, timeoutMs, spec } = request;
      const { facts, unanswered } = await gather<Facts>(
        { cache, account: fingerprint(access), timeoutMs },
        questionsFor(catalog(access), request),
      );
      // Without its region nothing else can have an answer.
      const silent = hasRegion(spec.cloud.region, facts) ? unanswered : [];
      return [...judge(request, facts), ...silent.map(notVerified)];
    },
    async defaultZones(access, { cloud, instanceType }, timeoutMs) {
      const { region } = awsConfig({ cloud });
      const key = [fingerprint(access), 'types', region, instanceType].join('|');
      const types = await within(
        timeoutMs,
        cache.ask(key, () => catalog(access).machineTypes(region, [instanceType])),
      );
      return types && (typeOf(types.value, instanceType)?.zones ?? []);
    },
  };
}

function questionsFor(catalog: AwsCatalog, { spec, before }: VerifyRequest): readonly Asking<Question>[] {
  const { region } = spec.cloud;
  const place: readonly Asking<Question>[] = [
    { question: 'regions', key: [], ask: () => catalog.regions() },
    { question: 'keyPairs', key: [region], ask: () => catalog.keyPairs(region) },
  ];
  if (before === undefined) {
    return [...place, ...machineQuestions(catalog, spec), ...networkQuestions(catalog, awsConfig(spec))];
  }
  if (sameValue(before.pools, spec.pools)) return [];
  return [...machineQuestions(catalog, spec), ...networkQuestions(catalog, awsConfig(spec))];
}

function machineQuestions(catalog: AwsCatalog, { cloud, pools }: ClusterSpec): readonly Asking<Question>[] {
  const { region } = cloud;
  const names = [...new Set(pools.map(({ instanceType }) => instanceType))].sort();
  return [
    { question: 'zones', key: [region], ask: () => catalog.zones(region) },
    { question: 'types', key: [region, ...names], ask: () => catalog.machineTypes(region, names) },
    { question: 'usage', key: [region], ask: () => catalog.usage(region) },
    { question: 'limits', key: [region], ask: () => catalog.limits(region) },
  ];
}

function networkQuestions(catalog: AwsCatalog, { region, placement }: AwsCloud): readonly Asking<Question>[] {
  if (placement.mode === 'dynamic') return [];
  const { vpcId } = placement;
  return [
    { question: 'network', key: [region, vpcId], ask: () => catalog.network(region, vpcId) },
    { question: 'subnets', key: [region, vpcId], ask: () => catalog.subnets(region, vpcId) },
  ];
}

function judge({ spec, before }: VerifyRequest, facts: Facts): readonly Finding[] {
  const cloud = awsConfig(spec);
  const place = placeFindings(cloud, facts);
  if (!hasRegion(cloud.region, facts)) return place;
  const changed = changedPools(spec, before);
  return [
    ...place,
    ...machineFindings(changed, cloud.region, facts),
    ...totalFindings(spec.pools, facts),
    ...quotaFindings({ cloud, pools: spec.pools, ...(before && { before: before.pools }) }, facts),
    ...networkFindings(cloud, spec.pools, facts),
  ];
}

/** A pool that runs is not judged again: its type may have been retired since. */
function changedPools(spec: ClusterSpec, before: ClusterSpec | undefined): readonly PlacedPool[] {
  return spec.pools
    .map((pool, index) => ({ pool, index }))
    .filter(({ pool }) => {
      const former = before?.pools.find(({ name }) => name === pool.name);
      const same = ['instanceType', 'zones', 'capacity'] as const;
      return former === undefined || same.some((field) => !sameValue(former[field], pool[field]));
    });
}

function notVerified(question: Question): Finding {
  const { path, about } = QUESTIONS[question];
  return warning('NOT_VERIFIED', path, `AWS did not answer in time, so ${about} could not be checked.`);
}
