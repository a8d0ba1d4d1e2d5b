/** One event of topic `lifecycle` becomes one message for each hook of its project that wants it. */
import type { Deps } from '../deps.ts';
import { readSettings } from '../projects/settings.ts';
import type { LifecycleEvent } from '../queue/port.ts';
import { wants } from './hook.ts';
import { sendAttempt } from './message.ts';

const PROJECT_SOURCE = /^\/projects\/([^/]+)\//;

/** Throws when the store or the broker is out of reach: the event is delivered again, and what was sent is folded. */
export async function fanOut(deps: Pick<Deps, 'store' | 'queue'>, event: LifecycleEvent): Promise<void> {
  const project = PROJECT_SOURCE.exec(event.source)?.[1];
  // What concerns the whole deployment is nobody's project's.
  if (project === undefined) return;
  const hooks = (await readSettings(deps, project))?.document.webhooks ?? [];
  const wanting = hooks.filter((hook) => wants(hook, event.type));
  await Promise.all(
    wanting.map(({ id }) => sendAttempt(deps, { project, hook: id, attempt: 1, held: 0, event })),
  );
}
