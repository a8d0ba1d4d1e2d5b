import { describe, expect, test } from '@jest/globals';
import {
  aSimulatedCluster,
  CLUSTER,
  type ClusterUnderTest,
} from '../../../test/builders/simulated-cluster.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const GROUP = 'rbac.authorization.k8s.io';

const aRole = (rules: readonly object[], name = 'reader') => ({ metadata: { name }, rules });
const aBinding = (roleKind: 'Role' | 'ClusterRole', name = 'reader') => ({
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind: roleKind, name },
  subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
});

function aRobot(): ClusterUnderTest {
  const cluster = aSimulatedCluster(['a']);
  cluster.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } });
  return cluster;
}

/** With the token of the service account. */
function robot(cluster: ClusterUnderTest, method: string, path: string, body?: object, headers = {}) {
  const token = cluster.clusters.serviceAccountToken(CLUSTER, 'default', 'robot');
  return cluster.ask(method, path, body, { authorization: `Bearer ${token}`, ...headers });
}

function giveRole(cluster: ClusterUnderTest, rules: readonly object[]): void {
  cluster.ask('POST', `${RBAC}/clusterroles`, aRole(rules));
  cluster.ask('POST', `${RBAC}/clusterrolebindings`, aBinding('ClusterRole'));
}

describe('a service account', () => {
  test('without a role may look at what there is, and at nothing in it', () => {
    const cluster = aRobot();
    expect(robot(cluster, 'GET', '/api/v1').status).toBe(200);
    expect(robot(cluster, 'GET', '/apis').status).toBe(200);
    expect(robot(cluster, 'GET', '/api/v1/namespaces/default/pods/x')).toMatchObject({
      status: 403,
      body: {
        reason: 'Forbidden',
        message:
          'pods "x" is forbidden: User "system:serviceaccount:default:robot" cannot get resource "pods" ' +
          'in API group "" in the namespace "default"',
      },
    });
  });

  test.each([
    ['the verb', 'GET', '/api/v1/nodes', { verbs: ['list'] }, true],
    ['another verb', 'GET', '/api/v1/nodes/a', { verbs: ['list'] }, false],
    ['another resource', 'GET', '/api/v1/secrets', { verbs: ['list'] }, false],
    ['another group', 'GET', '/api/v1/nodes', { verbs: ['list'], apiGroups: ['apps'] }, false],
    ['everything', 'DELETE', '/api/v1/nodes/a', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, true],
    ['its name', 'GET', '/api/v1/nodes/a', { verbs: ['get'], resourceNames: ['a'] }, true],
    ['another name', 'GET', '/api/v1/nodes/a', { verbs: ['get'], resourceNames: ['b'] }, false],
    ['a name in place of all', 'GET', '/api/v1/nodes', { verbs: ['list'], resourceNames: ['a'] }, false],
    ['a subresource only', 'GET', '/api/v1/nodes/a', { verbs: ['get'], resources: ['nodes/proxy'] }, false],
  ])('may do what its role says: %s', (_what, method, path, rule, isAllowed) => {
    const cluster = aRobot();
    giveRole(cluster, [{ apiGroups: [''], resources: ['nodes'], ...rule }]);
    expect(robot(cluster, method, path).status).toBe(isAllowed ? 200 : 403);
  });

  test('may do in a namespace what a binding there says, and nowhere else', () => {
    const cluster = aRobot();
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
    cluster.ask('POST', `${RBAC}/namespaces/default/roles`, aRole(rules));
    cluster.ask('POST', `${RBAC}/namespaces/default/rolebindings`, aBinding('Role'));
    expect(robot(cluster, 'GET', '/api/v1/namespaces/default/pods').status).toBe(200);
    expect(robot(cluster, 'GET', '/api/v1/namespaces/kube-system/pods').status).toBe(403);
    expect(robot(cluster, 'GET', '/api/v1/pods').status).toBe(403);
  });

  test('has another token once it was made anew, and none that somebody else made up', () => {
    const cluster = aRobot();
    const token = cluster.clusters.serviceAccountToken(CLUSTER, 'default', 'robot');
    const asking = (shown: string | undefined) =>
      cluster.ask('GET', '/api', undefined, { authorization: `Bearer ${shown}` }).status;
    expect([asking(token), asking(`${token}x`), asking('sa..'), asking(undefined)]).toEqual([
      200, 401, 401, 401,
    ]);
    cluster.ask('DELETE', '/api/v1/namespaces/default/serviceaccounts/robot');
    expect(asking(token)).toBe(401);
    cluster.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } });
    expect(asking(token)).toBe(401);
    expect(robot(cluster, 'GET', '/api').status).toBe(200);
  });

  test('that applies what is not there has to be allowed to create it', () => {
    const cluster = aRobot();
    giveRole(cluster, [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'patch'] }]);
    const path = '/api/v1/namespaces/default/configmaps/m';
    const apply = () =>
      robot(cluster, 'PATCH', `${path}?fieldManager=robot`, { metadata: { name: 'm' } }, APPLY).status;
    expect(apply()).toBe(403);
    cluster.ask('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'm' } });
    expect(apply()).toBe(200);
  });
});

describe('rights', () => {
  const MAKES_ROLES = {
    apiGroups: [GROUP],
    resources: ['clusterroles', 'clusterrolebindings'],
    verbs: ['create'],
  };
  const READS_PODS = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };

  test('who may escalate a role by its name applies it, and cannot post it: a POST names nothing', () => {
    const cluster = aRobot();
    const verbs = ['create', 'patch'];
    giveRole(cluster, [
      { ...MAKES_ROLES, verbs },
      { ...MAKES_ROLES, resourceNames: ['more'], verbs: ['escalate'] },
    ]);
    const apply = (name: string) =>
      robot(
        cluster,
        'PATCH',
        `${RBAC}/clusterroles/${name}?fieldManager=robot`,
        aRole([READS_PODS], name),
        APPLY,
      ).status;
    expect(robot(cluster, 'POST', `${RBAC}/clusterroles`, aRole([READS_PODS], 'more')).status).toBe(403);
    expect([apply('more'), apply('other')]).toEqual([200, 403]);
  });

  test.each([
    ['nobody gives what they have not got', [MAKES_ROLES], 403],
    ['people give what they have', [MAKES_ROLES, READS_PODS], 201],
    ['who may escalate gives anything', [MAKES_ROLES, { ...MAKES_ROLES, verbs: ['escalate', 'bind'] }], 201],
  ])('%s', (_what, rules, status) => {
    const cluster = aRobot();
    giveRole(cluster, rules);
    const role = aRole([READS_PODS], 'more');
    expect(robot(cluster, 'POST', `${RBAC}/clusterroles`, role).status).toBe(status);
    cluster.ask('POST', `${RBAC}/clusterroles`, role);
    const binding = aBinding('ClusterRole', 'more');
    expect(robot(cluster, 'POST', `${RBAC}/clusterrolebindings`, binding).status).toBe(status);
  });

  test('of everything are given by admins only', () => {
    const cluster = aRobot();
    giveRole(cluster, [MAKES_ROLES, { apiGroups: ['', 'apps'], resources: ['*'], verbs: ['*'] }]);
    const everything = aBinding('ClusterRole', 'cluster-admin');
    expect(robot(cluster, 'POST', `${RBAC}/clusterrolebindings`, everything)).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('attempting to grant RBAC permissions not currently held') },
    });
    expect(cluster.ask('POST', `${RBAC}/clusterrolebindings`, everything).status).toBe(201);
    expect(robot(cluster, 'GET', '/api/v1/secrets').status).toBe(200);
  });
});
