/**
 * Samples that the control plane has not acknowledged yet. While it is away they gather here, so their number is
 * bounded, and so is what they hold in all: on a big cluster fewer of them fit. The oldest go first.
 */
import type { UsageSample } from '../../lib/domain/agent.ts';

export interface SampleLimits {
  readonly samples: number;
  /** Over all samples: one for each node of each. */
  readonly values: number;
}

/** Two hours of one a minute; some 6 MB. Our choice. */
const SAMPLE_LIMITS: SampleLimits = { samples: 120, values: 60_000 };

export interface SampleRing {
  add(sample: UsageSample): void;
  /** Oldest first. */
  pending(): readonly UsageSample[];
  /** These were acknowledged; what came in meanwhile stays. */
  drop(samples: readonly UsageSample[]): void;
}

export function sampleRing(limits: SampleLimits = SAMPLE_LIMITS): SampleRing {
  let kept: readonly UsageSample[] = [];
  return {
    add(sample) {
      kept = within(limits, [...kept, sample]);
    },
    pending: () => kept,
    drop(samples) {
      const gone = new Set(samples);
      kept = kept.filter((sample) => !gone.has(sample));
    },
  };
}

/** The newest sample always stays. */
function within(limits: SampleLimits, samples: readonly UsageSample[]): readonly UsageSample[] {
  let values = 0;
  const first = samples.findLastIndex((sample, index) => {
    values += Object.keys(sample.nodes).length;
    const count = samples.length - index;
    return count > 1 && (count > limits.samples || values > limits.values);
  });
  return samples.slice(first + 1);
}
