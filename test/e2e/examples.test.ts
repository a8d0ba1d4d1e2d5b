/**
 * docs/examples, carried out: each row of its tables is sent to one local stack, in order, and answers as it says. What
 * the rows wish for together must also come true, or an example could be accepted and never work.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_ACCOUNT, SUBSCRIPTION_ID } from '../../local/clouds/azure/seed.ts';
import { RSA_KEY } from '../builders/cluster-input.ts';
import { codeOf, tableRows } from '../repo/markdown.ts';
import { readText, repositoryFiles } from '../repo/tree.ts';
import { LocalStack } from './local-stack.ts';
import { makeVpc } from './own-vpc.ts';

const FOLDER = 'docs/examples';
const CLUSTERS = '/projects/default/clusters';
const DOCUMENT = readText(`${FOLDER}/README.md`);

interface Row {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly file: string;
  readonly status: number;
}

function rowsOf(header: string): readonly Row[] {
  return tableRows(DOCUMENT, header).map(([what = '', request, file, status]) => {
    const [method = '', path = ''] = codeOf(request).split(' ');
    return { what, method, path, file: codeOf(file), status: Number(status) };
  });
}

const OPERATIONS = rowsOf('Operation');
const ON_AWS = rowsOf('On AWS');
const FAULTS = rowsOf('Fault');
/** For clusters whose machines boot, on a machine that has other things to do. */
const LONG_MS = 90_000;

function bodyOf(file: string): unknown {
  return file === ''
    ? undefined
    : JSON.parse(readText(`${FOLDER}/${file}`).replace(/\$([A-Z_]+)/g, (_, name) => values[name] ?? ''));
}

/** What call.sh takes from its environment. */
let values: Readonly<Record<string, string>> = { SSH_PUBLIC_KEY: RSA_KEY };

let stack: LocalStack;

beforeAll(async () => {
  stack = await LocalStack.start();
  await makeNetwork();
  const { aws } = (await stack.raw('GET', '/local/endpoints')).body;
  values = { ...values, ...(await makeVpc(String(aws))) };
}, 90_000);
afterAll(() => stack?.stop(), 20_000);

/** What simulated-network.sh does. */
async function makeNetwork(): Promise<void> {
  const { azure } = (await stack.raw('GET', '/local/endpoints')).body;
  const { tenantId, clientId, clientSecret } = DEMO_ACCOUNT;
  const signedIn = await fetch(`${azure}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://management.azure.com/.default',
    }),
  });
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  const group = `${azure}/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/platform`;
  const made = await fetch(
    `${group}/providers/Microsoft.Network/virtualNetworks/hub?api-version=2025-05-01`,
    {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: readText(`${FOLDER}/virtual-network.json`),
    },
  );
  expect(made.status).toBe(201);
}

async function send({ method, path, file }: Row) {
  return stack.call(method, `${CLUSTERS}${path === '/' ? '' : path}`, bodyOf(file));
}

test('every example is in a table, or is the body of a guide', () => {
  const inTables = [...OPERATIONS, ...ON_AWS, ...FAULTS]
    .map(({ file }) => file)
    .filter((file) => file !== '');
  const elsewhere = ['virtual-network.json', 'register-account.json'];
  const present = repositoryFiles()
    .filter((file) => file.startsWith(`${FOLDER}/`) && file.endsWith('.json'))
    .map((file) => file.slice(FOLDER.length + 1));
  expect([...new Set([...inTables, ...elsewhere])].sort()).toEqual(present.sort());
});

/** Clusters are waited for where the next row needs them: after each create, and before the first pool goes. */
async function carryOut(rows: readonly Row[], name: string, wanted: object): Promise<void> {
  const last = rows.findIndex(({ method, path }) => method === 'DELETE' && path.includes('/pools/'));
  expect(last).toBeGreaterThan(0);
  for (const [index, row] of rows.entries()) {
    const { status, body } = await send(row);
    expect({ ...row, status, code: body.code }).toEqual({ ...row, code: undefined });
    if (row.method === 'POST' && row.path === '/') await stack.converged(String(body.name), LONG_MS);
    if (index === last) expect(await stack.converged(name, LONG_MS)).toMatchObject(wanted);
  }
}

test('[A15] every operation on an AKS cluster answers as its example says, and comes true', async () => {
  await carryOut(OPERATIONS, 'shop', {
    tags: { department: 'sales', 'cost-centre': '4711' },
    packOverrides: {},
    pools: [
      { name: 'system', size: 3 },
      { name: 'batch', size: 2, instanceType: 'Standard_D4s_v5', disk: { sizeGiB: 128 } },
    ],
  });
}, 120_000);

test('[A15] every operation on an AWS cluster answers as its example says, and comes true', async () => {
  await carryOut(ON_AWS, 'market', {
    tags: { department: 'sales', 'cost-centre': '4711' },
    pools: [
      { name: 'control-plane', size: 5 },
      { name: 'worker', size: 2, instanceType: 'm5.xlarge', disk: { sizeGiB: 128 } },
    ],
  });
}, 180_000);

test('every fault of the simulators is taken and ends', async () => {
  const { body: created } = await stack.call('POST', CLUSTERS, {
    ...(bodyOf('create-aks.json') as object),
    name: 'faulty',
  });
  await stack.converged('faulty', LONG_MS);
  for (const row of FAULTS) {
    const at = row.path.replace('{uid}', String(created.id));
    const { status } = await stack.raw(row.method, at, bodyOf(row.file));
    expect({ ...row, status }).toEqual(row);
  }
}, 60_000);
