import { describe, expect, test } from '@jest/globals';
import { accountStep } from './account.ts';

const caller = (accountId: string, partition = 'aws') => ({
  accountId,
  arn: `arn:${partition}:iam::${accountId}:user/slipway`,
});

describe('the AWS account', () => {
  test('[A216] whose it is, recorded once', () => {
    expect(accountStep.plan({ account: 'aws-demo' }, caller('111'), 0)).toMatchObject({ next: 'done' });
    expect(accountStep.read?.({ account: 'aws-demo' }, caller('111', 'aws-cn'))).toEqual({
      outputs: { accountId: '111', partition: 'aws-cn' },
    });
    expect(accountStep.read?.({ account: 'aws-demo', recorded: '111' }, caller('222'))).toEqual({});
  });
  test('keys of another account stop everything, in words', () => {
    expect(accountStep.plan({ account: 'aws-demo', recorded: '111' }, caller('222'), 0)).toEqual({
      next: 'blocked',
      reason: 'AccountChanged',
      message:
        'The keys of aws-demo belong to AWS account 222; the cluster is in 111. Give aws-demo keys of 111 again.',
    });
  });
});
