import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { etagOf } from '../../lib/api/etag.ts';
import { toEpochMs } from '../../lib/domain/time.ts';
import { readHealth, unheardHealth } from '../../lib/health/document.ts';
import { thresholdsIn } from '../../lib/health/set-thresholds.ts';
import { layThresholds, renderThresholds } from '../../lib/health/thresholds.ts';
import { readSettings } from '../../lib/projects/settings.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { HEALTH_VIEW } from './shapes/health.ts';
import { CLUSTER } from './shapes/paths.ts';

export const getClusterHealth = endpoint(
  {
    name: 'get-cluster-health',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/health',
    summary: 'How well a cluster is: the verdict, with its reasons by factor',
    tag: 'Health',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: { 200: { description: 'The verdict and what it is judged by', schema: HEALTH_VIEW } },
  },
  async ({ deps, target }) => {
    const [stored, settings] = await Promise.all([
      readHealth(deps, target.id),
      readSettings(deps, target.project),
    ]);
    const { health, revision } = stored?.document ?? unheardHealth(toEpochMs(target.createdAt));
    const { settings: own, generation } = thresholdsIn(stored?.document);
    const { generation: ofProject = 0, settings: projects } = settings?.document ?? {};
    const thresholds = layThresholds(deps.config, projects?.healthThresholds, own);
    const body = { ...health, thresholds: renderThresholds(thresholds), generation };
    // Both only grow, and both change what is shown.
    return answer(200, body, { etag: etagOf({ generation, revision: revision + ofProject }) });
  },
);
