/**
 * Whose resources these are: one question to STS. Keys that were replaced by those of another AWS account would make
 * everything look gone, so the cluster keeps the account that it began with; nothing is made and nothing is forgotten
 * while the keys belong to another one.
 */
import { blocked, done, type Step } from '../../../domain/plan.ts';
import { awsConfig } from '../aws-config.ts';
import type { NetworkContext } from '../network/context.ts';
import { ACCOUNT_STEP, accountOf } from '../network/outputs.ts';
import type { CallerSeen } from '../network/port.ts';

export interface AccountDesired {
  /** Our name of the account. */
  readonly account: string;
  /** AWS's id of the account that the cluster began in. */
  readonly recorded?: string;
}

export const accountStep: Step<NetworkContext, AccountDesired, CallerSeen, never> = {
  name: ACCOUNT_STEP,
  title: 'Check the cloud account',
  condition: 'CheckingAccount',
  after: [],
  desired(view) {
    const recorded = accountOf(view)?.accountId;
    return { account: awsConfig(view.spec).account, ...(recorded === undefined ? {} : { recorded }) };
  },
  observe: ({ network }) => network.identity(),
  plan({ account, recorded }, { accountId }) {
    if (recorded === undefined || recorded === accountId) return done('AccountReady');
    return blocked(
      'AccountChanged',
      `The keys of ${account} belong to AWS account ${accountId}; the cluster is in ${recorded}. Give ${account} keys of ${recorded} again.`,
    );
  },
  async act(_ctx, _desired, action) {
    return action;
  },
  read(desired, { accountId, arn }) {
    if (desired.recorded !== undefined) return {};
    const [, partition = 'aws'] = arn.split(':');
    return { outputs: { accountId, partition } };
  },
};
