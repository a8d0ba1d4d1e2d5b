/** NetworkPort over the SDK's EC2 and STS clients: one call each, parameters and words of AWS in and our words out. */
import { CreateTagsCommand, DeleteTagsCommand, DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { map } from '../../../domain/errors.ts';
import { settle } from '../errors.ts';
import type { AwsSession } from '../session.ts';
import { tagList } from '../tags.ts';
import { openEgress } from './ec2-egress.ts';
import { unlessAbsent } from './ec2-outcomes.ts';
import { openVpcs } from './ec2-vpcs.ts';
import type { NetworkPort } from './port.ts';

export function openNetwork(session: AwsSession): NetworkPort {
  const { ec2 } = session;
  return {
    ...openVpcs(ec2),
    ...openEgress(ec2),
    async identity() {
      const caller = await settle('sts.getCallerIdentity', () =>
        session.sts.send(new GetCallerIdentityCommand({})),
      );
      return map(caller, ({ Account = '', Arn = '' }) => ({ accountId: Account, arn: Arn }));
    },
    async zones() {
      const answer = await settle('ec2.describeAvailabilityZones', () =>
        ec2.send(new DescribeAvailabilityZonesCommand({})),
      );
      return map(answer, ({ AvailabilityZones = [] }) =>
        AvailabilityZones.filter(
          ({ ZoneType }) => (ZoneType ?? 'availability-zone') === 'availability-zone',
        ).map(({ ZoneName = '', ZoneId = '' }) => ({ name: ZoneName, id: ZoneId })),
      );
    },
    async tag(ids, tags) {
      const put = await settle('ec2.createTags', () =>
        ec2.send(new CreateTagsCommand({ Resources: [...ids], Tags: tagList(tags) })),
      );
      return map(put, () => undefined);
    },
    async untag(ids, tags) {
      const taken = await settle('ec2.deleteTags', () =>
        ec2.send(new DeleteTagsCommand({ Resources: [...ids], Tags: tagList(tags) })),
      );
      return unlessAbsent(taken);
    },
  };
}
