/** What agents report: nodes, samples, and reports of both. */
import type { Report } from '../../lib/agents/port.ts';
import type { Amounts, NodeReport, UsageSample } from '../../lib/domain/agent.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import { type EpochMs, type Instant, toInstant } from '../../lib/domain/time.ts';

export const GIB = 2 ** 30;
export const REPORTING = asClusterId('8f2d5c1e-6b0a-4c58-9d0f-2f4f0f3f9a11');

export function aNodeReport(name: string, fields: Partial<NodeReport> = {}): NodeReport {
  return {
    name,
    pool: 'work',
    role: 'worker',
    kubeletVersion: 'v1.33.2',
    capacity: { cpuMilli: 4_000, memoryBytes: 16 * GIB, diskBytes: 60 * GIB },
    requests: { cpuMilli: 500, memoryBytes: GIB },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    ...fields,
  };
}

export function someAmounts(cpuMilli: number, memoryBytes = 2 * GIB): Amounts {
  return { cpuMilli, memoryBytes, diskBytes: 10 * GIB };
}

export function aSample(atMs: EpochMs, nodes: Readonly<Record<string, Amounts>>): UsageSample {
  return { at: toInstant(atMs), nodes };
}

/** 5,000 nodes as AKS has them, with the conditions of its problem detector, and all the samples that an agent keeps. */
export function aHugeReport(at: Instant): Pick<Report['state'], 'nodes'> & Pick<Report, 'samples'> {
  const conditions = Array.from({ length: 18 }, (_, index) => ({
    type: `FrequentContainerdRestart${index}`,
    status: 'False' as const,
    reason: 'NoFrequentContainerdRestart',
    message: 'containerd is functioning properly, and so is all the rest',
    lastTransitionAt: at,
  }));
  const names = Array.from({ length: 5_000 }, (_, index) => `aks-work-12345678-vmss${10_000 + index}`);
  const used = Object.fromEntries(names.map((name) => [name, someAmounts(1_234)]));
  return {
    nodes: names.map((name) => aNodeReport(name, { conditions })),
    samples: Array.from({ length: 12 }, () => ({ at, nodes: used })),
  };
}

export function aReport(samples: readonly UsageSample[], nodes: readonly NodeReport[]): Report {
  const at = samples.at(-1)?.at ?? '2026-11-20T12:00:00.000Z';
  return {
    cluster: REPORTING,
    project: 'default',
    receivedAtMs: Date.parse(at),
    heartbeat: { agentVersion: '1.0.0', sentAt: at, samples },
    state: {
      id: 'agent-state',
      type: 'agent-state',
      agentVersion: '1.0.0',
      reportedAt: at,
      nodes,
      services: [],
      packs: [],
    },
    samples,
  };
}
