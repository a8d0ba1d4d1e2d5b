import { expect, test } from '@jest/globals';
import { assignHooks, hookFindings } from './assign.ts';
import type { Webhook, WebhookInput } from './hook.ts';

const A = 'https://a.example.com/';
const B = 'https://b.example.com/';
const hook = (name: string, url: string): Webhook => ({
  id: `id of ${name}`,
  name,
  url,
  secretName: `s-${name}`,
});

/** `name <- the hook that it was before` */
function assigned(sent: readonly WebhookInput[], before: readonly Webhook[] = []) {
  return assignHooks(sent, before).map(({ name, former }) => `${name} <- ${former?.id ?? 'nothing'}`);
}

test.each<[string, readonly WebhookInput[], readonly Webhook[], readonly string[]]>([
  ['two without names', [{ url: A }, { url: B }], [], ['webhook-1 <- nothing', 'webhook-2 <- nothing']],
  [
    'the same again in another order',
    [{ url: B }, { url: A }],
    [hook('webhook-1', A), hook('webhook-2', B)],
    ['webhook-2 <- id of webhook-2', 'webhook-1 <- id of webhook-1'],
  ],
  ['one without a name that has one already', [{ url: A }], [hook('alarms', A)], ['alarms <- id of alarms']],
  [
    'one more for the same URL',
    [{ url: A }, { url: A }],
    [hook('webhook-1', A)],
    ['webhook-1 <- id of webhook-1', 'webhook-2 <- nothing'],
  ],
  [
    'another URL without a name takes over nothing',
    [{ url: B }],
    [hook('webhook-1', A)],
    ['webhook-2 <- nothing'],
  ],
  [
    'another URL under the same name is the same hook',
    [{ name: 'alarms', url: B }],
    [hook('alarms', A)],
    ['alarms <- id of alarms'],
  ],
  [
    'a name that somebody else asks for is not given away',
    [{ url: A }, { name: 'webhook-1', url: B }],
    [],
    ['webhook-2 <- nothing', 'webhook-1 <- nothing'],
  ],
])('%s', (_what, sent, before, expected) => {
  expect(assigned(sent, before)).toEqual(expected);
});

test('all that is wrong is said at once', () => {
  const sent = [
    { name: 'a', url: A },
    { name: 'a', url: 'https://10.0.0.1/' },
    { url: 'http://x.example.com/' },
  ];
  expect(hookFindings(sent, 'public').map(({ code, path }) => `${code} ${path}`)).toEqual([
    'WEBHOOK_NAME_TAKEN /webhooks/1/name',
    'WEBHOOK_URL_FORBIDDEN /webhooks/1/url',
    'WEBHOOK_URL_FORBIDDEN /webhooks/2/url',
  ]);
  expect(hookFindings([{ url: 'http://127.0.0.1:9000/' }], 'any')).toEqual([]);
});
