/**
 * Questions to Azure while a request is validated: gathers facts, applies the rules of this folder. What Azure does
 * not answer in time is a warning, never an error. A change is only asked about what it changes.
 */

import { sameValue } from '../../../domain/canonical.ts';
import type { ClusterSpec } from '../../../domain/cluster.ts';
import { type Finding, warning } from '../../../domain/findings.ts';
import { fingerprint } from '../../fingerprint.ts';
import type { AccountAccess, Cloud, VerifyRequest } from '../../port.ts';
import { type AnswerCache, within } from '../../verify/ask.ts';
import { type Asking, gather } from '../../verify/gather.ts';
import { controlPlaneSettings } from '../aks/settings.ts';
import { aksConfig } from '../aks-config.ts';
import type { AzureCatalog } from '../catalog.ts';
import { entraFindings } from './entra-rules.ts';
import { type Facts, QUESTIONS, type Question } from './facts.ts';
import { networkFindings } from './network-rules.ts';
import { placeFindings, versionFindings } from './place-rules.ts';
import { podRangeFindings } from './pod-range-rules.ts';
import { quotaFindings } from './quota-rules.ts';
import { machineFindings, type PlacedPool, sizeOf, totalFindings } from './size-rules.ts';

export type Verifier = Pick<Cloud, 'verify' | 'defaultZones'>;

export interface VerifierParts {
  readonly cache: AnswerCache;
  readonly catalog: (access: AccountAccess) => AzureCatalog;
}

export function createVerifier(parts: VerifierParts): Verifier {
  return {
    async verify(request) {
      const { access, timeoutMs } = request;
      const asked = await gather<Facts>(
        { cache: parts.cache, account: fingerprint(access), timeoutMs },
        questionsFor(parts.catalog(access), request),
      );
      const findings = judge(request, asked.facts);
      // Without its subscription nothing else can have an answer.
      const silent = asked.facts.subscription === 'absent' ? [] : asked.unanswered;
      return [...findings, ...silent.map(notVerified)];
    },
    async defaultZones(access, { cloud, instanceType }, timeoutMs) {
      const { subscriptionId, region } = aksConfig({ cloud });
      const catalog = parts.catalog(access);
      const key = keyOf(access, 'sizes', subscriptionId, region);
      const sizes = await within(
        timeoutMs,
        parts.cache.ask(key, () => catalog.sizes(subscriptionId, region)),
      );
      return sizes && (sizeOf(sizes.value, instanceType)?.zones ?? []);
    },
  };
}

function questionsFor(catalog: AzureCatalog, request: VerifyRequest): readonly Asking<Question>[] {
  const { spec, profile, before } = request;
  const { subscriptionId: id, region, resourceGroup, placement } = aksConfig(spec);
  const place: readonly Asking<Question>[] = [
    { question: 'subscription', key: [id], ask: () => catalog.subscription(id) },
    {
      question: 'resourceGroup',
      key: [id, resourceGroup],
      ask: () => catalog.resourceGroup(id, resourceGroup),
    },
    {
      question: 'kubernetesVersions',
      key: [id, region],
      ask: () => catalog.kubernetesVersions(id, region),
    },
  ];
  const machines: readonly Asking<Question>[] = [
    { question: 'regions', key: [id], ask: () => catalog.regions(id) },
    { question: 'sizes', key: [id, region], ask: () => catalog.sizes(id, region) },
    { question: 'computeUsage', key: [id, region], ask: () => catalog.computeUsage(id, region) },
  ];
  const poolsChange = before === undefined || !sameValue(before.pools, spec.pools);
  const networkGroup =
    placement.mode === 'static' ? (placement.virtualNetworkResourceGroup ?? resourceGroup) : '';
  const network: readonly Asking<Question>[] =
    placement.mode === 'static' && poolsChange
      ? [
          {
            question: 'virtualNetwork',
            key: [id, networkGroup, placement.virtualNetwork],
            ask: () => catalog.virtualNetwork(id, networkGroup, placement.virtualNetwork),
          },
        ]
      : [];
  const integrates = controlPlaneSettings(profile, spec).aad?.managed === true;
  return [
    ...(before === undefined ? place : []),
    ...(poolsChange ? machines : []),
    ...network,
    ...(integrates ? [{ question: 'graphRoles', key: [], ask: () => catalog.graphRoles() } as const] : []),
  ];
}

function judge({ spec, profile, before, access }: VerifyRequest, facts: Facts): readonly Finding[] {
  const { region, placement } = aksConfig(spec);
  const control = controlPlaneSettings(profile, spec);
  const running = before?.pools ?? [];
  return [
    ...placeFindings(spec, facts),
    ...versionFindings(control.kubernetesVersion, facts),
    ...machineFindings(changedPools(spec, before), region, facts),
    ...totalFindings(spec.pools, facts),
    ...quotaFindings(spec.pools, running, facts),
    ...networkFindings({ placement, region, pools: spec.pools, before: running }, facts),
    ...(before !== undefined && sameValue(before.pools, spec.pools)
      ? []
      : podRangeFindings(spec, profile, facts)),
    ...(control.aad?.managed ? entraFindings(access.account.settings.tenantName, facts) : []),
  ];
}

/** A pool that runs is not judged again: its size may have been retired since. */
function changedPools(spec: ClusterSpec, before: ClusterSpec | undefined): readonly PlacedPool[] {
  return spec.pools
    .map((pool, index) => ({ pool, index }))
    .filter(({ pool }) => {
      const former = before?.pools.find(({ name }) => name === pool.name);
      const same = ['instanceType', 'zones', 'disk'] as const;
      return former === undefined || same.some((field) => !sameValue(former[field], pool[field]));
    });
}

function keyOf(access: AccountAccess, ...parts: readonly string[]): string {
  return [fingerprint(access), ...parts].join('|');
}

function notVerified(question: Question): Finding {
  const { path, about } = QUESTIONS[question];
  return warning('NOT_VERIFIED', path, `Azure did not answer in time, so ${about} could not be checked.`);
}
