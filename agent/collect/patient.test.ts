import { expect, test } from '@jest/globals';
import { ManualTime } from '../../test/fakes/manual-time.ts';
import type { Observation } from './observer.ts';
import { patient } from './patient.ts';

const ASK = { full: false, reportEveryMs: 60_000 };

function world() {
  const time = new ManualTime(0);
  const looks: ((seen: Observation) => void)[] = [];
  const inner = { observe: () => new Promise<Observation>((resolve) => looks.push(resolve)) };
  return { time, looks, observer: patient(inner, time, new AbortController().signal) };
}

test('a look that comes in time is what is told', async () => {
  const { looks, observer } = world();
  const told = observer.observe(ASK);
  looks[0]?.({ services: [] });
  expect(await told).toEqual({ services: [] });
  void observer.observe(ASK);
  expect(looks).toHaveLength(2);
});

test('one that is late is told the next time, and no second one is begun meanwhile', async () => {
  const { time, looks, observer } = world();
  const first = observer.observe(ASK);
  await time.advance(20_000);
  expect(await first).toEqual({});
  const second = observer.observe(ASK);
  await time.advance(20_000);
  expect(await second).toEqual({});
  looks[0]?.({ services: [] });
  await time.advance(1);
  expect(await observer.observe(ASK)).toEqual({ services: [] });
  expect(looks).toHaveLength(1);
});
