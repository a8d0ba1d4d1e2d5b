/**
 * Which of the hooks that somebody sends is which of those that are there: by name, or by URL when no name was sent, so
 * that the same body twice changes nothing. Pure.
 */
import { type Finding, violation } from '../domain/findings.ts';
import type { Webhook, WebhookInput } from './hook.ts';
import { forbiddenTarget, type WebhookTargets } from './target.ts';

export interface WantedHook extends Pick<Webhook, 'name' | 'url' | 'events'> {
  /** The secret that was sent with it. */
  readonly given?: string;
  /** The hook of this name that is there. */
  readonly former?: Webhook;
}

export function hookFindings(hooks: readonly WebhookInput[], targets: WebhookTargets): readonly Finding[] {
  const seen = new Set<string>();
  return hooks.flatMap(({ name, url }, index) => {
    const isTaken = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    const forbidden = forbiddenTarget(url, targets);
    return [
      ...(isTaken
        ? [violation('WEBHOOK_NAME_TAKEN', `/webhooks/${index}/name`, `Two webhooks are named ${name}.`)]
        : []),
      ...(forbidden === undefined
        ? []
        : [violation('WEBHOOK_URL_FORBIDDEN', `/webhooks/${index}/url`, forbidden)]),
    ];
  });
}

/** The names that were sent are different. */
export function assignHooks(
  hooks: readonly WebhookInput[],
  before: readonly Webhook[],
): readonly WantedHook[] {
  const taken = new Set(hooks.flatMap(({ name }) => (name === undefined ? [] : [name])));
  return hooks.map(({ name: sent, url, events, secret }) => {
    const name = sent ?? nameFor(url, before, taken);
    taken.add(name);
    const former = before.find((hook) => hook.name === name);
    return {
      name,
      url,
      ...(events === undefined ? {} : { events }),
      ...(secret === undefined ? {} : { given: secret }),
      ...(former === undefined ? {} : { former }),
    };
  });
}

/** Never the name of a hook with another URL: it would take over that one's secret. */
function nameFor(url: string, before: readonly Webhook[], taken: ReadonlySet<string>): string {
  const same = before.find((hook) => hook.url === url && !taken.has(hook.name));
  if (same) return same.name;
  const used = new Set([...taken, ...before.map((hook) => hook.name)]);
  let count = 1;
  while (used.has(`webhook-${count}`)) count += 1;
  return `webhook-${count}`;
}
