/** Every trigger of the app, registered. This is the bundle's entry point: loading it must cost and connect nothing. */
import { app } from '@azure/functions';
import { register, registerFallback } from '../lib/api/register.ts';
import { unmatched } from '../lib/api/unmatched.ts';
import { appDeps } from '../lib/app.ts';
import { endpoints } from './http/index.ts';
import { deliverWebhook } from './queues/deliver-webhook.ts';
import { fanOutWebhooks } from './queues/fan-out-webhooks.ts';
import { reconcileCluster } from './queues/reconcile-cluster.ts';
import { reconcileDeadLetter } from './queues/reconcile-dead-letter.ts';
import { requests } from './queues/requests.ts';
import { COLLECT_SCHEDULE, collect } from './timers/collect-orphans.ts';
import { DRAIN_SCHEDULE, drain } from './timers/drain-cloud-events.ts';
import { RUN_SCHEDULES_SCHEDULE, runDueSchedules } from './timers/run-schedules.ts';
import { HEALTH_SCHEDULE, sweepHealthOf } from './timers/sweep-health.ts';
import { SWEEP_SCHEDULE, sweep } from './timers/sweep-overdue.ts';
import { TRACK_SCHEDULE, track } from './timers/track-spot-prices.ts';

const connection = 'ServiceBusConnection';

register(app, endpoints, appDeps);
registerFallback(app, unmatched(endpoints, '/api/'), appDeps);

app.serviceBusQueue('reconcile-cluster', {
  connection,
  queueName: 'reconcile',
  isSessionsEnabled: true,
  handler: reconcileCluster(appDeps),
});
app.serviceBusQueue('reconcile-dead-letter', {
  connection,
  queueName: 'reconcile/$DeadLetterQueue',
  handler: reconcileDeadLetter(appDeps),
});
app.serviceBusQueue('requests', { connection, queueName: 'requests', handler: requests(appDeps) });
app.serviceBusTopic('fan-out-webhooks', {
  connection,
  topicName: 'lifecycle',
  subscriptionName: 'webhooks',
  handler: fanOutWebhooks(appDeps),
});
app.serviceBusQueue('deliver-webhook', {
  connection,
  queueName: 'webhooks',
  handler: deliverWebhook(appDeps),
});

app.timer('sweep-overdue', { schedule: SWEEP_SCHEDULE, handler: sweep(appDeps) });
app.timer('sweep-health', { schedule: HEALTH_SCHEDULE, handler: sweepHealthOf(appDeps) });
app.timer('collect-orphans', { schedule: COLLECT_SCHEDULE, handler: collect(appDeps) });
app.timer('drain-cloud-events', { schedule: DRAIN_SCHEDULE, handler: drain(appDeps) });
app.timer('track-spot-prices', { schedule: TRACK_SCHEDULE, handler: track(appDeps) });
app.timer('run-schedules', { schedule: RUN_SCHEDULES_SCHEDULE, handler: runDueSchedules(appDeps) });
