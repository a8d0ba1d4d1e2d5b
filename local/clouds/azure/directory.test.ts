import { describe, expect, test } from '@jest/globals';
import { azureHarness, MINUTE, type SignIn, START, signIn } from './harness.ts';
import { ADMIN_GROUP_ID, DEMO_ACCOUNT, TENANT_ID } from './seed.ts';

const OTHER = '00000000-0000-0000-0000-0000000000ff';

describe('signing in', () => {
  const attempt = (who: SignIn, azure = azureHarness()) => {
    try {
      signIn(azure.simulator, who);
      return undefined;
    } catch (error) {
      return String(error);
    }
  };

  test.each([
    ['a wrong secret', { clientSecret: 'wrong' }, 401, 'AADSTS7000215'],
    ['an unknown application', { clientId: OTHER }, 400, 'AADSTS700016'],
    ['an unknown tenant', { tenantId: OTHER }, 400, 'AADSTS90002'],
    ['an unknown resource', { scope: 'https://example.com/.default' }, 400, 'AADSTS500011'],
  ])('is refused with %s', (_title, who, status, code) => {
    const says = attempt(who);
    expect(says).toContain(`"status":${status}`);
    expect(says).toContain(`${code}:`);
  });

  test('is refused with a secret that has expired', () => {
    const azure = azureHarness();
    azure.simulator.administration.putPrincipal({
      ...DEMO_ACCOUNT,
      displayName: 'azure-demo',
      secrets: [{ value: 'short', expiresAt: START + MINUTE }],
      graphRoles: [],
    });
    expect(attempt({ clientSecret: 'short' }, azure)).toBeUndefined();
    azure.clock.advance(MINUTE);
    expect(attempt({ clientSecret: 'short' }, azure)).toContain('AADSTS7000222:');
  });

  test('gives a token with the claims that clients read; roles for Graph only', () => {
    const azure = azureHarness();
    const claims = (token: string) =>
      JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const management = claims(signIn(azure.simulator));
    expect(management).toMatchObject({
      aud: 'https://management.azure.com',
      tid: TENANT_ID,
      appid: DEMO_ACCOUNT.clientId,
      exp: START / 1000 + 3599,
    });
    expect(management).not.toHaveProperty('roles');
    const graph = claims(signIn(azure.simulator, { scope: 'https://graph.microsoft.com/.default' }));
    expect(graph.roles).toEqual(['Group.Read.All', 'Directory.Read.All']);
  });
});

describe('Graph', () => {
  const ask = (path: string, graphRoles: readonly string[] = ['Group.Read.All', 'Directory.Read.All']) => {
    const azure = azureHarness();
    azure.simulator.administration.putPrincipal({
      ...DEMO_ACCOUNT,
      displayName: 'azure-demo',
      secrets: [{ value: DEMO_ACCOUNT.clientSecret }],
      graphRoles,
    });
    const token = signIn(azure.simulator, { scope: 'https://graph.microsoft.com/.default' });
    const answer = azure.send('GET', `https://graph.microsoft.com/v1.0${path}`, '', {
      authorization: `Bearer ${token}`,
    });
    if (answer === 'cut') throw new Error('cut');
    return answer;
  };

  test('finds a group, and says so when there is none', () => {
    expect(ask(`/groups/${ADMIN_GROUP_ID}?$select=id,securityEnabled`).body).toMatchObject({
      id: ADMIN_GROUP_ID,
      securityEnabled: true,
    });
    const missing = ask(`/groups/${OTHER}`);
    expect([missing.status, missing.body.error.code]).toEqual([404, 'Request_ResourceNotFound']);
  });

  test('denies what was not consented to', () => {
    const answer = ask(`/groups/${ADMIN_GROUP_ID}`, []);
    expect([answer.status, answer.body.error.code]).toEqual([403, 'Authorization_RequestDenied']);
    expect(ask('/organization', ['Group.Read.All']).status).toBe(403);
  });

  test('knows the organisation, the application and its service principal', () => {
    expect(ask('/organization').body.value[0].id).toBe(TENANT_ID);
    expect(ask(`/applications(appId='${DEMO_ACCOUNT.clientId}')`).body.passwordCredentials).toHaveLength(1);
    expect(ask(`/servicePrincipals(appId='${DEMO_ACCOUNT.clientId}')`).body.id).toBe(DEMO_ACCOUNT.objectId);
  });

  test('does not take a token for Resource Manager', () => {
    const azure = azureHarness();
    const headers = { authorization: `Bearer ${azure.token()}` };
    const answer = azure.send('GET', `https://graph.microsoft.com/v1.0/groups/${OTHER}`, '', headers);
    expect(answer === 'cut' ? 0 : answer.status).toBe(401);
  });
});
