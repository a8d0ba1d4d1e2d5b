/**
 * Requests that nobody should send, and what each is answered with: status and code. functions/http/bad-requests.test.ts
 * sends them; what was once found to end in a 5xx stays here.
 */
import type { HttpMethod } from '@azure/functions';
import { BODY_LIMIT_BYTES, LARGE_BODY_LIMIT_BYTES } from '../../lib/api/layers/read-body.ts';
import { aClusterInput, aPoolInput, withCloud } from './cluster-input.ts';
import { bearer, type RequestParts } from './http.ts';
import { admin } from './project.ts';

export const PROJECT = '/api/v1/projects/default';
const CLUSTERS = `${PROJECT}/clusters`;
const SHOP = `${PROJECT}/clusters/shop`;
const PRIVATE_KEY =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\n-----END OPENSSH PRIVATE KEY-----';

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const ofBytes = (count: number) => JSON.stringify({ name: 'x'.repeat(count - '{"name":""}'.length) });
const good = JSON.stringify(aClusterInput({ name: 'other' }));
const labelled = (type: string) => ({ headers: { ...admin.headers, 'content-type': type }, body: good });
const signed = (authorization: string) => ({ headers: { authorization } });

export type Row = readonly [
  what: string,
  method: HttpMethod,
  path: string,
  parts: RequestParts,
  answer: string,
];

const bodies: readonly Row[] = [
  ['nothing', 'POST', CLUSTERS, {}, '415 CONTENT_TYPE_UNSUPPORTED'],
  ['blanks', 'POST', CLUSTERS, { body: ' ' }, '400 JSON_INVALID'],
  ['half a body', 'POST', CLUSTERS, { body: '{"name":' }, '400 JSON_INVALID'],
  ['null', 'POST', CLUSTERS, { body: 'null' }, '422 TYPE_INVALID'],
  ['a list', 'POST', CLUSTERS, { body: [] }, '422 TYPE_INVALID'],
  ['a number', 'POST', CLUSTERS, { body: 1 }, '422 TYPE_INVALID'],
  ['__proto__', 'POST', CLUSTERS, { body: '{"__proto__":{"a":1}}' }, '400 JSON_INVALID'],
  ['__proto__ inside', 'POST', CLUSTERS, { body: '{"tags":{"__proto__":"x"}}' }, '400 JSON_INVALID'],
  ['33 levels', 'POST', CLUSTERS, { body: nested(33) }, '413 BODY_TOO_DEEP'],
  ['20,000 levels', 'POST', CLUSTERS, { body: nested(20_000) }, '413 BODY_TOO_DEEP'],
  ['32 levels', 'POST', CLUSTERS, { body: nested(32) }, '422 VALIDATION_FAILED'],
  ['256 KiB', 'POST', CLUSTERS, { body: ofBytes(BODY_LIMIT_BYTES) }, '422 VALIDATION_FAILED'],
  ['a byte more', 'POST', CLUSTERS, { body: ofBytes(BODY_LIMIT_BYTES + 1) }, '413 BODY_TOO_LARGE'],
  [
    'values above 1 MiB',
    'PUT',
    `${SHOP}/packs/prometheus/values`,
    { body: ofBytes(LARGE_BODY_LIMIT_BYTES + 1) },
    '413 BODY_TOO_LARGE',
  ],
  ['text', 'POST', CLUSTERS, labelled('text/plain'), '415 CONTENT_TYPE_UNSUPPORTED'],
  ['UTF-16', 'POST', CLUSTERS, labelled('application/json; charset=utf-16'), '415 CONTENT_TYPE_UNSUPPORTED'],
  ['a patch', 'POST', CLUSTERS, labelled('application/merge-patch+json'), '415 CONTENT_TYPE_UNSUPPORTED'],
];

const clusters: readonly Row[] = [
  [
    'an empty profile name',
    'POST',
    CLUSTERS,
    { body: aClusterInput({ name: 'other', profile: { name: '', version: '1' } }) },
    '422 PROFILE_REQUIRED',
  ],
  [
    'a path for a profile',
    'POST',
    CLUSTERS,
    { body: aClusterInput({ name: 'other', profile: { name: '../..', version: '1/2' } }) },
    '422 PROFILE_NOT_FOUND',
  ],
  [
    'a constructor for a pack',
    'POST',
    CLUSTERS,
    { body: aClusterInput({ name: 'other', packOverrides: { constructor: { a: 1 } } }) },
    '422 PACK_NOT_IN_PROFILE',
  ],
  [
    'a private key',
    'POST',
    CLUSTERS,
    { body: withCloud({ sshPublicKey: PRIVATE_KEY }) },
    '422 VALIDATION_FAILED',
  ],
  ['a name that is taken', 'POST', CLUSTERS, { body: aClusterInput() }, '409 NAME_TAKEN'],
  ['a path for a name', 'POST', CLUSTERS, { body: aClusterInput({ name: '../etc' }) }, '422 NAME_INVALID'],
  ['unicode for a name', 'POST', CLUSTERS, { body: aClusterInput({ name: 'läden' }) }, '422 NAME_INVALID'],
  [
    'a blank tag',
    'POST',
    CLUSTERS,
    { body: aClusterInput({ name: 'other', tags: { ' ': 'x' } }) },
    '422 TAG_FORMAT',
  ],
  [
    'a size beyond numbers',
    'POST',
    CLUSTERS,
    {
      body: good.replace(
        '"name":"other"',
        '"name":"other","pools":[{"name":"system","system":true,"size":1e999,"instanceType":"Standard_D4s_v5"}]',
      ),
    },
    '422 POOL_SIZE_INVALID',
  ],
  [
    '1,000 equal pools',
    'POST',
    CLUSTERS,
    { body: aClusterInput({ name: 'other', pools: Array(1000).fill(aPoolInput()) }) },
    '422 VALIDATION_FAILED',
  ],
  ['tags as text', 'PATCH', SHOP, { body: { tags: 'x' } }, '422 TAG_FORMAT'],
  ['no name any more', 'PATCH', SHOP, { body: { name: null } }, '422 FIELD_IMMUTABLE'],
  ['no profile any more', 'PATCH', SHOP, { body: { profile: null } }, '409 USE_PROFILE_UPDATE'],
  ['a tag of everybody', 'PATCH', SHOP, { body: '{"tags":{"__proto__":null}}' }, '400 JSON_INVALID'],
  [
    'an If-Match of nothing',
    'PATCH',
    SHOP,
    { headers: { ...admin.headers, 'if-match': 'garbage' }, body: {} },
    '412 GENERATION_STALE',
  ],
  [
    'two If-Match',
    'PATCH',
    SHOP,
    { headers: { ...admin.headers, 'if-match': '"1","2"' }, body: {} },
    '412 GENERATION_STALE',
  ],
  ['a plan that may delete', 'POST', `${SHOP}/plan`, { body: { delete: 'yes' } }, '422 TYPE_INVALID'],
  ['a plan of nothing', 'POST', `${SHOP}/plan`, { body: { pools: [null] } }, '422 VALIDATION_FAILED'],
  ['a deletion without name', 'DELETE', SHOP, {}, '428 CONFIRMATION_REQUIRED'],
  ['a deletion of capitals', 'DELETE', `${SHOP}?confirm=SHOP`, {}, '428 CONFIRMATION_REQUIRED'],
  [
    'values of null',
    'PUT',
    `${SHOP}/packs/prometheus/values`,
    { body: { values: null } },
    '422 PACK_VALUES_INVALID',
  ],
  [
    'values of a stranger',
    'PUT',
    `${SHOP}/packs/constructor/values`,
    { body: { values: { a: 1 } } },
    '422 PACK_NOT_IN_PROFILE',
  ],
  [
    'no control plane',
    'PUT',
    `${SHOP}/packs/kubernetes-aks/values`,
    { body: { values: { managedControlPlane: null } } },
    '422 PACK_VALUES_INVALID',
  ],
];

const pools: readonly Row[] = [
  ['a half', 'PATCH', `${SHOP}/pools/work`, { body: { size: 1.5 } }, '422 POOL_SIZE_INVALID'],
  ['a text for a size', 'PATCH', `${SHOP}/pools/work`, { body: { size: '3' } }, '422 POOL_SIZE_INVALID'],
  ['a list for autoscale', 'PATCH', `${SHOP}/pools/work`, { body: { autoscale: [] } }, '422 TYPE_INVALID'],
  [
    'a path for a type',
    'PATCH',
    `${SHOP}/pools/work`,
    { body: { instanceType: '../../x' } },
    '422 INSTANCE_TYPE_INVALID',
  ],
  ['a list for labels', 'PATCH', `${SHOP}/pools/work`, { body: { labels: [] } }, '422 LABEL_INVALID'],
  ['null for a name', 'PATCH', `${SHOP}/pools/work`, { body: { name: null } }, '422 FIELD_IMMUTABLE'],
  [
    'a pool of no cluster',
    'PATCH',
    `${PROJECT}/clusters/none/pools/work`,
    { body: {} },
    '404 CLUSTER_NOT_FOUND',
  ],
  [
    'a pool that is taken',
    'POST',
    `${SHOP}/pools`,
    { body: aPoolInput({ name: 'work' }) },
    '409 POOL_NAME_TAKEN',
  ],
  ['a wrong confirmation', 'DELETE', `${SHOP}/pools/work?confirm=Work`, {}, '428 CONFIRMATION_REQUIRED'],
];

const others: readonly Row[] = [
  ['no token', 'GET', CLUSTERS, { headers: {} }, '401 UNAUTHENTICATED'],
  ['half a token', 'GET', CLUSTERS, signed('Bearer '), '401 UNAUTHENTICATED'],
  ['another scheme', 'GET', CLUSTERS, signed('Basic YTpi'), '401 UNAUTHENTICATED'],
  ['a foreign project', 'GET', CLUSTERS, { headers: bearer('eve:admin@other') }, '404 PROJECT_NOT_FOUND'],
  ['an encoded slash', 'GET', `${PROJECT}/clusters/..%2f..%2fetc`, {}, '404 NOT_FOUND'],
  ['a NUL', 'GET', `${PROJECT}/clusters/a%00b`, {}, '404 NOT_FOUND'],
  ['a prototype', 'GET', `${PROJECT}/clusters/__proto__`, {}, '404 CLUSTER_NOT_FOUND'],
  ['limit=0', 'GET', `${PROJECT}/clusters?limit=0`, {}, '422 LIMIT_INVALID'],
  ['limit=101', 'GET', `${PROJECT}/clusters?limit=101`, {}, '422 LIMIT_INVALID'],
  ['limit=abc', 'GET', `${SHOP}/events?limit=abc`, {}, '422 LIMIT_INVALID'],
  ['after=garbage', 'GET', `${SHOP}/events?after=garbage`, {}, '422 CURSOR_INVALID'],
  ['an audit of garbage', 'GET', '/api/v1/audit?project=default&after=x', {}, '422 CURSOR_INVALID'],
  ['a state of nobody', 'GET', `${PROJECT}/clusters?state=Broken`, {}, '422 VALUE_INVALID'],
  ['a root among members', 'PUT', `${PROJECT}/members/x`, { body: { role: 'root' } }, '422 VALUE_INVALID'],
  [
    'an endless filter',
    'PUT',
    `${PROJECT}/members/x`,
    { body: { role: 'viewer', filter: { and: [] } } },
    '422 FILTER_INVALID',
  ],
  [
    'a cron of words',
    'PUT',
    `${PROJECT}/settings`,
    { body: { maintenanceWindows: [{ cron: 'x', duration: 'PT1H' }] } },
    '422 CRON_INVALID',
  ],
  [
    'a webhook inside',
    'PUT',
    `${PROJECT}/settings`,
    { body: { webhooks: [{ url: 'http://169.254.169.254/' }] } },
    '422 WEBHOOK_URL_FORBIDDEN',
  ],
  [
    'numbers for an account',
    'POST',
    `${PROJECT}/cloud-accounts`,
    { body: { name: 1, type: 'azure', tenantId: 3 } },
    '422 VALIDATION_FAILED',
  ],
  [
    'an account of no cloud',
    'POST',
    `${PROJECT}/cloud-accounts`,
    { body: { name: 1, type: 2, tenantId: 3 } },
    '422 CLOUD_TYPE_UNSUPPORTED',
  ],
  [
    'another type of account',
    'PATCH',
    `${PROJECT}/cloud-accounts/azure-demo`,
    { body: { type: 'aws' } },
    '422 FIELD_IMMUTABLE',
  ],
  [
    'no secret any more',
    'PATCH',
    `${PROJECT}/cloud-accounts/azure-demo`,
    { body: { clientSecret: null } },
    '422 CLIENT_SECRET_REQUIRED',
  ],
  [
    'a bad key',
    'POST',
    CLUSTERS,
    { headers: { ...admin.headers, 'idempotency-key': 'a b' }, body: good },
    '422 IDEMPOTENCY_KEY_INVALID',
  ],
];

export const BAD_REQUESTS: readonly (readonly [what: string, rows: readonly Row[]])[] = [
  ['bodies', bodies],
  ['clusters', clusters],
  ['pools', pools],
  ['the rest', others],
];
