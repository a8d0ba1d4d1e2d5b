import { describe, expect, test } from '@jest/globals';
import { ROLES } from './authorization.ts';
import { aCluster, azureHarness, clusterPath, GROUP, MINUTE, signIn, withCluster } from './harness.ts';
import { DEMO_ACCOUNT, SUBSCRIPTION_ID } from './seed.ts';

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`;

describe('who may ask', () => {
  const ask = (headers: Record<string, string>) => {
    const azure = azureHarness();
    const answer = azure.send(
      'GET',
      `https://management.azure.com${GROUP}?api-version=2025-04-01`,
      '',
      headers,
    );
    if (answer === 'cut') throw new Error('cut');
    return answer;
  };

  test('401 without a token, with the challenge', () => {
    const answer = ask({});
    expect([answer.status, answer.body.error.code]).toEqual([401, 'AuthenticationFailed']);
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer authorization_uri="https:\/\/login\.microsoftonline\.com\//,
    );
  });

  test('401 with garbage, with a forged signature and with a token for Graph', () => {
    expect(ask({ authorization: 'Bearer sim' }).body.error.code).toBe('InvalidAuthenticationToken');
    const azure = azureHarness();
    const token = azure.token();
    expect(ask({ authorization: `Bearer ${token.slice(0, -3)}abc` }).body.error.code).toBe(
      'InvalidAuthenticationToken',
    );
    const graph = signIn(azure.simulator, { scope: 'https://graph.microsoft.com/.default' });
    expect(ask({ authorization: `Bearer ${graph}` }).body.error.code).toBe(
      'InvalidAuthenticationTokenAudience',
    );
  });

  test('401 when the token is past its hour', () => {
    const azure = azureHarness();
    const token = azure.token();
    azure.clock.advance(60 * MINUTE);
    expect(azure.get(GROUP, { authorization: `Bearer ${token}` }).body.error.code).toBe(
      'ExpiredAuthenticationToken',
    );
  });

  test('403 names the action and the scope; notActions take away', () => {
    const azure = azureHarness();
    const { administration } = azure.simulator;
    administration.revokeAll(DEMO_ACCOUNT.objectId);
    administration.grant({
      principalId: DEMO_ACCOUNT.objectId,
      scope: SUBSCRIPTION,
      role: ROLES.Reader,
      atOnce: true,
    });
    expect(azure.get(GROUP).status).toBe(200);
    const answer = azure.put(clusterPath('c1'), aCluster());
    expect([answer.status, answer.body.error.code]).toEqual([403, 'AuthorizationFailed']);
    expect(answer.body.error.message).toContain(
      "perform action 'Microsoft.ContainerService/managedClusters/write'",
    );
    expect(azure.get(`${GROUP}/providers/Microsoft.Authorization/permissions`).body.value).toEqual([
      { actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] },
    ]);
  });

  test('a grant takes up to five minutes to spread', () => {
    const azure = azureHarness();
    const { administration } = azure.simulator;
    administration.revokeAll(DEMO_ACCOUNT.objectId);
    administration.grant({
      principalId: DEMO_ACCOUNT.objectId,
      scope: SUBSCRIPTION,
      role: ROLES.Contributor,
    });
    expect(azure.get(GROUP).status).toBe(403);
    azure.clock.advance(5 * MINUTE);
    expect(azure.get(GROUP).status).toBe(200);
  });
});

describe('what can be asked', () => {
  test('api-version is required and must look like one; any that does is taken', () => {
    const azure = azureHarness();
    const headers = { authorization: `Bearer ${azure.token()}` };
    const code = (path: string) => {
      const answer = azure.send('GET', `https://management.azure.com${path}`, '', headers);
      return answer === 'cut' ? answer : (answer.body.error?.code ?? answer.status);
    };
    expect(code(GROUP)).toBe('MissingApiVersionParameter');
    expect(code(`${GROUP}?api-version=latest`)).toBe('InvalidApiVersionParameter');
    expect(code(`${GROUP}?api-version=2026-13-01`)).toBe('InvalidApiVersionParameter');
    expect(code(`${GROUP}?api-version=2001-01-01`)).toBe('InvalidApiVersionParameter');
    expect(code(`${GROUP}?api-version=2016-03-30`)).toBe(200);
  });

  test('addresses are compared without regard to case, names keep that of the first PUT', () => {
    const azure = azureHarness();
    withCluster(azure, 'Shop');
    const answer = azure.get(clusterPath('SHOP').toLowerCase());
    expect([answer.status, answer.body.name]).toEqual([200, 'Shop']);
  });

  test('unknown things are refused in the right words', () => {
    const azure = azureHarness();
    const code = (path: string) => azure.get(path).body.error.code;
    expect(code(`${SUBSCRIPTION.replace('1', '2')}`)).toBe('SubscriptionNotFound');
    expect(code('/subscriptions/none')).toBe('SubscriptionNotFound');
    expect(code(`${SUBSCRIPTION}/resourceGroups/none`)).toBe('ResourceGroupNotFound');
    expect(code(clusterPath('c1').replace('platform', 'none'))).toBe('ResourceGroupNotFound');
    expect(code(clusterPath('c1'))).toBe('ResourceNotFound');
    expect(code(`${GROUP}/providers/Microsoft.Nothing/things/x`)).toBe('InvalidResourceType');
    expect(azure.post(clusterPath('c1')).status).toBe(405);
    expect(azure.put(clusterPath('c1'), 'text').status).toBe(400);
  });

  test('a disabled subscription can be read only', () => {
    const azure = azureHarness();
    azure.simulator.administration.setSubscriptionState(SUBSCRIPTION_ID, 'Disabled');
    expect(azure.get(SUBSCRIPTION).body.state).toBe('Disabled');
    expect(azure.put(clusterPath('c1'), aCluster()).body.error.code).toBe('ReadOnlyDisabledSubscription');
  });

  test('a provider must be registered, which takes a while', () => {
    const azure = azureHarness();
    azure.simulator.administration.unregisterProvider(SUBSCRIPTION_ID, 'Microsoft.ContainerService');
    const provider = `${SUBSCRIPTION}/providers/Microsoft.ContainerService`;
    expect(azure.get(provider).body.registrationState).toBe('NotRegistered');
    const refused = azure.put(clusterPath('c1'), aCluster());
    expect([refused.status, refused.body.error.code]).toEqual([409, 'MissingSubscriptionRegistration']);
    expect(azure.post(`${provider}/register`).body.registrationState).toBe('Registering');
    expect(azure.put(clusterPath('c1'), aCluster()).status).toBe(409);
    azure.clock.advance(90_000);
    expect(azure.get(provider).body.registrationState).toBe('Registered');
    expect(azure.put(clusterPath('c1'), aCluster()).status).toBe(201);
  });
});

describe('how often', () => {
  test('the subscription’s buckets are counted down in the headers and end in 429', () => {
    const azure = azureHarness();
    expect(azure.get(GROUP).headers['x-ms-ratelimit-remaining-subscription-reads']).toBe('249');
    expect(azure.del(clusterPath('c1')).headers['x-ms-ratelimit-remaining-subscription-deletes']).toBe('199');
    for (let i = 0; i < 249; i++) azure.get(GROUP);
    const answer = azure.get(GROUP);
    expect([answer.status, answer.body.error.code]).toEqual([429, 'SubscriptionRequestsThrottled']);
    expect(answer.headers['retry-after']).toBe('1');
    azure.clock.advance(1000);
    expect(azure.get(GROUP).status).toBe(200);
  });

  test('20 PUTs of a cluster in a row, then one a minute; other clusters have their own', () => {
    const azure = azureHarness();
    for (let i = 0; i < 20; i++) azure.put(clusterPath('c1'), {});
    const answer = azure.put(clusterPath('c1'), {});
    expect([answer.status, answer.body.error.code, answer.headers['retry-after']]).toEqual([
      429,
      'Throttled',
      '60',
    ]);
    expect(answer.body.error.message).toContain(`for SubID='${SUBSCRIPTION_ID}', please retry again in 60 s`);
    const refused = azure.put(clusterPath('c2'), {});
    expect([refused.status, refused.headers['x-ms-ratelimit-remaining-subscription-writes']]).toEqual([
      400,
      '178',
    ]);
    azure.clock.advance(MINUTE);
    expect(azure.put(clusterPath('c1'), {}).status).toBe(400);
  });

  test('every answer has its request id', () => {
    const azure = azureHarness();
    const [one, two] = [azure.get(GROUP), azure.get(GROUP)];
    expect(one.headers['x-ms-request-id']).not.toBe(two.headers['x-ms-request-id']);
    expect(one.headers['x-ms-correlation-request-id']).toBe(one.headers['x-ms-request-id']);
  });

  test('links start with the origin that the client believes in', () => {
    const azure = azureHarness();
    const headers = { authorization: `Bearer ${azure.token()}`, 'x-forwarded-host': 'arm.example' };
    const path = `${clusterPath('c1')}?api-version=2026-06-01`;
    const answer = azure.send('PUT', `http://127.0.0.1:9${path}`, JSON.stringify(aCluster()), headers);
    expect(answer === 'cut' ? '' : answer.headers['azure-asyncoperation']).toMatch(
      /^https:\/\/arm\.example\//,
    );
  });
});
