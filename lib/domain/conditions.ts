/**
 * Conditions are the milestones that people see. The list is closed; titles are what people read. Statuses are folded
 * from the steps' records in one place, lib/reconcile/conditions.ts.
 */
import type { Instant } from './time.ts';

export const CONDITION_TITLES = {
  CheckingAccount: 'Checking Account',
  CreatingInfrastructure: 'Creating Infrastructure',
  EnsuringImage: 'Ensuring Image',
  CustomizingImage: 'Customizing Image',
  AddingControlPlaneNode: 'Adding Control Plane Node',
  AddingWorkerNode: 'Adding Worker Node',
  ReplacingNode: 'Replacing Node',
  RemovingNode: 'Removing Node',
  InstallingNetwork: 'Installing Network',
  InstallingStorage: 'Installing Storage',
  SecuringCluster: 'Securing Cluster',
  InstallingAgent: 'Installing Agent',
  UpdatingProfile: 'Updating Profile',
  DeletingInfrastructure: 'Deleting Infrastructure',
} as const;

export type ConditionType = keyof typeof CONDITION_TITLES;

export type ConditionStatus = 'Pending' | 'Active' | 'Failed' | 'Succeeded';

export interface Condition {
  readonly type: ConditionType;
  readonly title: string;
  readonly status: ConditionStatus;
  /** CamelCase; a word of the closed error list when a cloud refused. */
  readonly reason: string;
  readonly message: string;
  /** Tries of the work under way; 0 once it succeeded without trouble. */
  readonly attempts: number;
  readonly nextAttemptAt?: Instant;
  readonly lastTransitionAt: Instant;
  readonly observedGeneration: number;
}
