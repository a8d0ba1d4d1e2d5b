import { describe, expect, test } from '@jest/globals';
import { aCluster, azureHarness, clusterPath, MINUTE, withCluster } from './harness.ts';

describe('preconditions', () => {
  test('If-None-Match * on what exists is 412, and so is a stale If-Match', () => {
    const azure = azureHarness();
    withCluster(azure);
    const stale = azure.get(clusterPath('c1')).body.eTag;
    expect(azure.put(clusterPath('c1'), aCluster(), { 'if-none-match': '*' }).status).toBe(412);
    expect(azure.put(clusterPath('c1'), aCluster(), { 'if-match': stale }).status).toBe(200);
    azure.clock.advance(10 * MINUTE);
    const refused = azure.put(clusterPath('c1'), aCluster(), { 'if-match': stale });
    expect(refused.status).toBe(412);
    expect(refused.body.error.code).toBe('PreconditionFailed');
  });
});

describe('credentials', () => {
  test('an administrator’s kubeconfig names the server and the token that the simulated Kubernetes knows', () => {
    const azure = azureHarness({ settings: { kubernetesUrl: ({ uid }) => `https://127.0.0.1:7443/${uid}` } });
    withCluster(azure);
    const answer = azure.post(`${clusterPath('c1')}/listClusterAdminCredential`);
    const [{ name, value }] = answer.body.kubeconfigs;
    const config = JSON.parse(Buffer.from(value, 'base64').toString());
    const [known] = azure.simulator.clusters();
    expect(name).toBe('clusterAdmin');
    expect(config.clusters[0].cluster.server).toBe(`https://127.0.0.1:7443/${known?.uid}`);
    expect(config.users[0].user.token).toBe(known?.adminToken);
  });

  test('404 before the control plane is up, 400 when local accounts are off', () => {
    const azure = azureHarness();
    const body = aCluster({ aadProfile: { managed: true }, disableLocalAccounts: true });
    azure.put(clusterPath('c1'), body);
    expect(azure.post(`${clusterPath('c1')}/listClusterAdminCredential`).status).toBe(404);
    azure.clock.advance(10 * MINUTE);
    const refused = azure.post(`${clusterPath('c1')}/listClusterAdminCredential`);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toBe(
      'Getting static credential is not allowed because this cluster is set to disable local accounts.',
    );
    const user = azure.post(`${clusterPath('c1')}/listClusterUserCredential?format=exec`).body.kubeconfigs[0];
    expect(Buffer.from(user.value, 'base64').toString()).toContain('kubelogin');
  });
});
