import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { etagOf } from '../../lib/api/etag.ts';
import { setThresholds, type ThresholdsSet } from '../../lib/health/set-thresholds.ts';
import { layThresholds, renderThresholds, tooShort } from '../../lib/health/thresholds.ts';
import { readSettings } from '../../lib/projects/settings.ts';
import { audited, whenAccepted } from './audited.ts';
import { CLUSTER_TARGET, commandOf } from './shapes/cluster.ts';
import { toFinding } from './shapes/finding.ts';
import { THRESHOLDS_BODY, THRESHOLDS_VIEW } from './shapes/health.ts';
import { CLUSTER } from './shapes/paths.ts';

export const putHealthThresholds = endpoint(
  {
    name: 'put-health-thresholds',
    method: 'PUT',
    route: 'v1/projects/{project}/clusters/{cluster}/health/thresholds',
    summary: 'Replace the health thresholds of one cluster; {} goes back to those of the project',
    tag: 'Health',
    access: { role: 'editor' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    body: THRESHOLDS_BODY,
    requestExamples: {
      patient: {
        summary: 'Silence for longer, and a window of its own for the processor',
        value: {
          heartbeat: { unhealthyAfter: 'PT15M' },
          metrics: { cpu: { percent: 95, window: 'PT30M' } },
        },
      },
      reset: { summary: 'Back to those of the project', value: {} },
    },
    responses: {
      200: { description: 'The thresholds that hold now', schema: THRESHOLDS_VIEW },
      422: { description: 'THRESHOLD_INVALID, DURATION_INVALID, or a field is wrong' },
    },
  },
  audited({
    what: 'cluster.put-health-thresholds',
    object: ({ params }) => ({ kind: 'cluster', name: params.cluster }),
    async run(call) {
      const { deps, target, body } = call;
      const { generation: _generation, warnings: _warnings, ...settings } = body;
      const projects = (await readSettings(deps, target.project))?.document.settings;
      return whenAccepted(await setThresholds(deps, commandOf(call), settings), (set: ThresholdsSet) => {
        const thresholds = layThresholds(deps.config, projects?.healthThresholds, set.settings);
        const warnings = tooShort(deps.config, set.settings);
        const shown = {
          ...renderThresholds(thresholds),
          generation: set.generation,
          ...(warnings.length > 0 && { warnings: warnings.map(toFinding) }),
        };
        return {
          answer: answer(200, shown, { etag: etagOf({ generation: set.generation, revision: 0 }) }),
          generationBefore: set.generationBefore,
          generationAfter: set.generation,
          uid: target.id,
        };
      });
    },
  }),
);
