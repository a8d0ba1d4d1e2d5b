/**
 * What holds over all pools of a cluster (A141, A154), and what holds over them in its cloud. Judged at create and after
 * every change, always on the pools as they would be.
 */
import type { CloudConfig, Purpose } from '../../domain/cluster.ts';
import { conflict, type Finding, violation } from '../../domain/findings.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import { machinePoolFindings } from './machine-pools.ts';
import { systemPoolFindings } from './system-pools.ts';

/** Node pools in one cluster: https://learn.microsoft.com/azure/aks/quotas-skus-regions ; elsewhere our choice. */
const POOL_LIMIT = 100;

export interface PoolsInQuestion {
  readonly cloud: CloudConfig;
  readonly pools: readonly PoolSpec[];
  readonly purpose?: Purpose | undefined;
  /** `create`: what is missing breaks a rule, so 422. `change`: what takes the last one away meets a state, so 409. */
  readonly at: 'create' | 'change';
  /** JSON pointer of the list, or of the part of the request that the findings are about. */
  readonly path: string;
}

export function poolSetFindings(question: PoolsInQuestion): readonly Finding[] {
  return [...nameTaken(question), ...limitFindings(question), ...ownFindings(question)];
}

function ownFindings(question: PoolsInQuestion): readonly Finding[] {
  switch (question.cloud.type) {
    case 'aks':
      return systemPoolFindings(question);
    case 'aws':
      return machinePoolFindings(question);
  }
}

function nameTaken({ pools, at, path }: PoolsInQuestion): readonly Finding[] {
  const names = pools.map(({ name }) => name);
  return names.flatMap((name, index) =>
    name === '' || names.indexOf(name) === index
      ? []
      : [
          conflict(
            'POOL_NAME_TAKEN',
            at === 'create' ? `${path}/${index}/name` : '/name',
            `There is a pool «${name}» already.`,
          ),
        ],
  );
}

function limitFindings({ pools, path }: PoolsInQuestion): readonly Finding[] {
  if (pools.length <= POOL_LIMIT) return [];
  const message = `A cluster has at most ${POOL_LIMIT} pools; these are ${pools.length}.`;
  return [violation('POOL_LIMIT', path, message)];
}
