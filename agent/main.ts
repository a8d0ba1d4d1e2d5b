/** The agent's program: the real world put together, ended by the signals that a kubelet sends. */
import { KubeConfig } from '@kubernetes/client-node';
import { createAgent } from './agent.ts';
import { helmProgram, signOfLife, systemChance, systemFiles, systemIds, systemTime } from './ambient.ts';
import { kubeConfigHttp } from './kube/kube-config.ts';
import { jsonLog } from './log.ts';
import { SIGN_OF_LIFE_FILE } from './ports.ts';
import { outboundHttp } from './server/outbound.ts';
import { readSettings } from './settings.ts';

const settings = readSettings(process.env);
const log = jsonLog(systemTime, (line) => process.stdout.write(line));

// Inside a cluster: the service account that is mounted. Elsewhere: KUBECONFIG, for trying it out.
const kubeConfig = new KubeConfig();
kubeConfig.loadFromDefault();

const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());

log.info('Starting', { cluster: settings.SLIPWAY_CLUSTER, url: settings.SLIPWAY_URL });
await createAgent({
  server: { url: settings.SLIPWAY_URL, cluster: settings.SLIPWAY_CLUSTER },
  http: outboundHttp(),
  kube: kubeConfigHttp(kubeConfig),
  time: systemTime,
  chance: systemChance,
  ids: systemIds,
  files: systemFiles,
  alive: signOfLife(SIGN_OF_LIFE_FILE),
  helm: helmProgram(settings.SLIPWAY_HELM),
  log,
  ...(settings.SLIPWAY_NAMESPACE === undefined ? {} : { namespace: settings.SLIPWAY_NAMESPACE }),
}).run(ending.signal);
log.info('Ended', {});
