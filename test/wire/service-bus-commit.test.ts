/** The order of things on which durability rests: no answer reaches a client before the commit that it speaks of. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceBusClient } from '@azure/service-bus';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AmqpServer } from '../../local/service-bus/amqp/server.ts';
import { volatileJournal } from '../../local/service-bus/engine/journal.ts';
import { Namespace } from '../../local/service-bus/engine/namespace.ts';
import type { Timers } from '../../local/service-bus/engine/timers.ts';
import { Turn } from '../../local/service-bus/engine/turn.ts';
import { RealTimers, systemClock } from '../../local/service-bus/real-time.ts';
import { clientOf, present, receiveOne } from './service-bus-fixture.ts';

/** Turns that end only while the gate is open. */
class GatedTimers implements Timers {
  readonly #timers = new RealTimers();
  #held: (() => void)[] | undefined;

  at(when: number, run: () => void): void {
    this.#timers.at(when, run);
  }

  soon(run: () => void): void {
    if (this.#held) this.#held.push(run);
    else this.#timers.soon(run);
  }

  stop(): void {
    this.#timers.stop();
  }

  shut(): void {
    this.#held = [];
  }

  open(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) run();
  }
}

let timers: GatedTimers;
let server: AmqpServer;
let client: ServiceBusClient;
let commits: number;

beforeEach(async () => {
  commits = 0;
  timers = new GatedTimers();
  const journal = { ...volatileJournal, commit: countCommit };
  const turn = new Turn(timers, journal);
  const ids = { uuid: () => crypto.randomUUID() };
  const namespace = new Namespace([{ kind: 'queue', name: 'q' }], {
    clock: systemClock,
    timers,
    ids,
    journal,
    turn,
  });
  server = new AmqpServer({ namespace, turn, timers, now: () => systemClock.now() }, 0);
  const port = await server.ready();
  client = clientOf(
    `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=k;SharedAccessKey=k;UseDevelopmentEmulator=true;`,
  );
});
afterEach(async () => {
  await client.close();
  await server.close();
  timers.stop();
});

function countCommit(): void {
  commits += 1;
}

/** Whether the call is answered with the gate shut, and how many commits its answer took once it was open. */
async function commitsBefore(call: () => Promise<unknown>): Promise<{ early: boolean; commits: number }> {
  timers.shut();
  const before = commits;
  let early = true;
  const answered = call().then(() => ({ early, commits: commits - before }));
  await sleep(50);
  early = false;
  timers.open();
  return answered;
}

test('a send, a schedule, a completion and an abandonment are answered after their commit', async () => {
  const sender = client.createSender('q');
  const receiver = client.createReceiver('q');
  await sender.sendMessages([{ body: 1 }, { body: 2 }]);
  const [first, second] = [await receiveOne(receiver), await receiveOne(receiver)];
  await receiver.renewMessageLock(present(first));
  const inAnHour = new Date(Date.now() + 3_600_000);
  const calls = [
    () => sender.sendMessages({ body: 3 }),
    () => sender.scheduleMessages({ body: 4 }, inAnHour),
    () => receiver.completeMessage(first),
    () => receiver.abandonMessage(second),
  ];
  for (const call of calls) expect(await commitsBefore(call)).toEqual({ early: false, commits: 1 });
});
