/**
 * The bundle registers what the sources say, under the injected core. A new route, a renamed queue or another schedule
 * shows up here as a difference that somebody has to mean.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from '../../scripts/build.ts';

let folder: string;
let registrations: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-bundle-'));
  await build({ outfile: path.join(folder, 'dist/main.mjs') });
  await writeFile(
    path.join(folder, 'package.json'),
    JSON.stringify({ type: 'module', main: 'dist/main.mjs' }),
  );
  const printed = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    'test/wire/print-registrations.ts',
    folder,
  ]);
  registrations = printed.stdout.trim().split('\n');
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

test('queues and timers', () => {
  const connection = 'ServiceBusConnection';
  const others = registrations.filter((line) => !line.includes('httpTrigger'));
  expect(Object.fromEntries(others.map((line) => [nameOf(line), bindingOf(line)]))).toEqual({
    'reconcile-cluster': {
      type: 'serviceBusTrigger',
      connection,
      queueName: 'reconcile',
      isSessionsEnabled: true,
    },
    'reconcile-dead-letter': {
      type: 'serviceBusTrigger',
      connection,
      queueName: 'reconcile/$DeadLetterQueue',
    },
    requests: { type: 'serviceBusTrigger', connection, queueName: 'requests' },
    'fan-out-webhooks': {
      type: 'serviceBusTrigger',
      connection,
      topicName: 'lifecycle',
      subscriptionName: 'webhooks',
    },
    'deliver-webhook': { type: 'serviceBusTrigger', connection, queueName: 'webhooks' },
    'sweep-health': { type: 'timerTrigger', schedule: '0 * * * * *' },
    'sweep-overdue': { type: 'timerTrigger', schedule: '*/30 * * * * *' },
    'run-schedules': { type: 'timerTrigger', schedule: '*/30 * * * * *' },
    'collect-orphans': { type: 'timerTrigger', schedule: '0 */15 * * * *' },
    'drain-cloud-events': { type: 'timerTrigger', schedule: '*/20 * * * * *' },
    'track-spot-prices': { type: 'timerTrigger', schedule: '0 */2 * * * *' },
  });
});

test('routes', () => {
  const routes = registrations.filter((line) => line.includes('httpTrigger'));
  expect(routes.map(routeOf).sort()).toMatchSnapshot();
});

test('no route leaves authorization to keys of the host', () => {
  const http = registrations.filter((line) => line.includes('httpTrigger'));
  expect(http.filter((line) => !line.includes('"authLevel":"anonymous"'))).toEqual([]);
});

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':'));
}

function bindingOf(line: string): Record<string, unknown> {
  return JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>;
}

function routeOf(line: string): string {
  const { methods, route } = bindingOf(line);
  return `${route} ${methods}`;
}
