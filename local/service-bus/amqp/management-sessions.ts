/** `$management` operations on sessions: renew the lock, read and write the state, list. All but the last need the lock. */
import { z } from 'zod';
import { answer, NOTHING, type Operation, queueOf, type Request } from './management-operation.ts';
import { types } from './rhea.ts';
import { binary, long, parse, text } from './values.ts';

const sessionPattern = z.object({ 'session-id': text });
const statePattern = z.object({ 'session-id': text, 'session-state': binary.nullish() });
const listPattern = z.object({ skip: long, top: long });

function sessionId(request: Request): string {
  return parse(sessionPattern, request.body)['session-id'];
}

const renewLock: Operation = (request) => {
  const until = queueOf(request).delivery.sessions.renew(sessionId(request));
  return answer({ expiration: types.wrap_timestamp(until) });
};

const getState: Operation = (request) => {
  const { state } = queueOf(request).delivery.sessions.held(sessionId(request));
  return answer({ 'session-state': state ? types.wrap_binary(state) : null });
};

const setState: Operation = (request) => {
  const asked = parse(statePattern, request.body);
  queueOf(request).delivery.sessions.saveState(asked['session-id'], asked['session-state'] ?? undefined);
  return answer({});
};

const list: Operation = (request) => {
  const { skip, top } = parse(listPattern, request.body);
  const ids = queueOf(request)
    .delivery.sessions.ids()
    .slice(skip, skip + top);
  if (ids.length === 0) return NOTHING;
  const wrapped = types.wrap_list(ids.map((id) => types.wrap_string(id)));
  return answer({ skip: types.wrap_int(ids.length), 'sessions-ids': wrapped });
};

export const SESSION_OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['renew-session-lock', renewLock],
  ['get-session-state', getState],
  ['set-session-state', setState],
  ['get-message-sessions', list],
]);
