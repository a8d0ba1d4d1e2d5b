/** docs/examples for AWS, sent to the routes row by row, in order: each answers as its table says. */
import { expect, test } from '@jest/globals';
import { subnet, VPC } from '../../test/builders/aws-input.ts';
import { send, sendTo } from '../../test/builders/http.ts';
import { admin, aReadyProjectWithAws } from '../../test/builders/project.ts';
import { codeOf, tableRows } from '../../test/repo/markdown.ts';
import { readText } from '../../test/repo/tree.ts';
import { getCluster } from './get-cluster.ts';
import { endpoints } from './index.ts';

const FOLDER = 'docs/examples';
const CLUSTERS = '/api/v1/projects/default/clusters';

/** With what call.sh takes from the environment. */
function bodyOf(file: string): unknown {
  return JSON.parse(
    readText(`${FOLDER}/${file}`)
      .replace('$VPC_ID', VPC)
      .replace('$CONTROL_PLANE_SUBNET_ID', subnet(1))
      .replace('$WORKER_SUBNET_ID', subnet(2))
      .replace('$PUBLIC_SUBNET_ID', subnet(3)),
  );
}

test('[A15, A228, A238, A250] every operation on an AWS cluster answers as its example says', async () => {
  const deps = await aReadyProjectWithAws();
  const rows = tableRows(readText(`${FOLDER}/README.md`), 'On AWS');
  for (const [what, request, file, status] of rows) {
    const [method = '', below = ''] = codeOf(request).split(' ');
    const path = CLUSTERS + (below === '/' ? '' : below);
    const body = codeOf(file) === '' ? {} : { body: bodyOf(codeOf(file)) };
    const answer = await sendTo(deps, endpoints, method, { ...admin, path, ...body });
    expect([what, answer.status, Object(answer.body).errors ?? []]).toEqual([what, Number(status), []]);
    if (what !== 'Change tags and description') continue;
    const params = { project: 'default', cluster: 'market' };
    expect((await send(deps, getCluster, { ...admin, params })).body).toMatchObject({
      tags: { department: 'sales' },
      pools: [
        { name: 'control-plane', size: 5 },
        {
          name: 'worker',
          size: 2,
          instanceType: 'm5.xlarge',
          zones: expect.arrayContaining(['eu-central-1c']),
        },
        { name: 'batch', size: 2, capacity: 'on-demand', labels: { workload: 'batch' } },
      ],
    });
  }
  expect(rows.length).toBeGreaterThan(15);
});
