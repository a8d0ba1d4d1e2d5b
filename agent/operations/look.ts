/** One look at one operation, whatever its kind. */
import type { DefinedOperation } from '../../lib/domain/agent.ts';
import { lookAtPatch } from './patch.ts';
import { cancelScan, lookAtScan } from './scan.ts';
import { failed, type OperationDeps, type Step } from './step.ts';
import { lookAtBackup, lookAtRestore } from './velero.ts';

/** Velero has no way to call off what it began. */
const VELERO_GOES_ON = failed('Cancelled. What Velero had begun already ends by itself.');

export function lookAt(
  deps: OperationDeps,
  { id, spec, cancelled }: DefinedOperation,
  kubernetesVersion: string,
): Promise<Step> {
  switch (spec.kind) {
    case 'scan': {
      const ask = { operation: id, scan: spec.scan, kubernetesVersion };
      return cancelled ? cancelScan(deps, ask) : lookAtScan(deps, ask);
    }
    case 'backup':
      return cancelled ? Promise.resolve(VELERO_GOES_ON) : lookAtBackup(deps, id, spec);
    case 'restore':
      return cancelled ? Promise.resolve(VELERO_GOES_ON) : lookAtRestore(deps, id, spec);
    case 'patch':
      return lookAtPatch(deps, { operation: id, spec, cancelled });
  }
}
