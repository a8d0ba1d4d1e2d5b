import { describe, expect, test } from '@jest/globals';
import { someDeps } from '../../test/builders/deps.ts';
import { THRESHOLD_SETTINGS } from './threshold-settings.ts';
import { layThresholds, renderThresholds, tooShort } from './thresholds.ts';

const { config } = someDeps();

describe('thresholds lie over each other', () => {
  test('[A68] silence counts after ten minutes, unless told otherwise', () => {
    expect(renderThresholds(layThresholds(config))).toEqual({
      heartbeat: { unhealthyAfter: 'PT10M' },
      metrics: {
        cpu: { percent: 90, window: 'PT10M' },
        memory: { percent: 90, window: 'PT10M' },
        disk: { percent: 85, window: 'PT10M' },
      },
    });
  });

  test('the cluster over the project over ours, part by part', () => {
    const project = {
      heartbeat: { unhealthyAfter: 'PT20M' },
      metrics: { cpu: { percent: 70, window: 'PT5M' }, disk: { percent: 60, window: 'PT1H' } },
    };
    const cluster = { metrics: { cpu: { percent: 95, window: 'PT30M' } } };
    expect(renderThresholds(layThresholds(config, project, cluster))).toEqual({
      heartbeat: { unhealthyAfter: 'PT20M' },
      metrics: {
        cpu: { percent: 95, window: 'PT30M' },
        memory: { percent: 90, window: 'PT10M' },
        disk: { percent: 60, window: 'PT1H' },
      },
    });
  });

  test('a silence of less than four beats is none, and that is said', () => {
    const short = { heartbeat: { unhealthyAfter: 'PT1M' } };
    expect(layThresholds(config, short).unhealthyAfterMs).toBe(240_000);
    expect(tooShort(config, short)).toMatchObject([
      { severity: 'warning', code: 'THRESHOLD_RAISED', path: '/heartbeat/unhealthyAfter' },
    ]);
    expect(tooShort(config, { heartbeat: { unhealthyAfter: 'PT4M' } })).toEqual([]);
    expect(tooShort(config, {})).toEqual([]);
  });
});

describe('[A72] settings', () => {
  test.each([
    [{}, true],
    [{ heartbeat: { unhealthyAfter: 'PT10S' } }, true],
    [{ heartbeat: { unhealthyAfter: 'P1D' } }, true],
    [{ heartbeat: { unhealthyAfter: 'PT9S' } }, false],
    [{ heartbeat: { unhealthyAfter: 'P2D' } }, false],
    [{ heartbeat: { unhealthyAfter: 'PT0S' } }, false],
    [{ heartbeat: { unhealthyAfter: 'soon' } }, false],
    [{ heartbeat: {} }, false],
    [{ metrics: {} }, true],
    [{ metrics: { cpu: { percent: 100, window: 'PT5M' } } }, true],
    [{ metrics: { cpu: { percent: 0.1, window: 'PT5M' } } }, true],
    [{ metrics: { cpu: { percent: 100.1, window: 'PT5M' } } }, false],
    [{ metrics: { cpu: { percent: 0, window: 'PT5M' } } }, false],
    [{ metrics: { cpu: { percent: -1, window: 'PT5M' } } }, false],
    [{ metrics: { cpu: { percent: 90 } } }, false],
    [{ metrics: { gpu: { percent: 90, window: 'PT5M' } } }, false],
  ])('%j: %s', (settings, isValid) => {
    expect(THRESHOLD_SETTINGS.safeParse(settings).success).toBe(isValid);
  });
});
