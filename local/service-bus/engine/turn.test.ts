import { expect, test } from '@jest/globals';
import { volatileJournal } from './journal.ts';
import { Turn } from './turn.ts';
import { VirtualTime } from './virtual-time.ts';

function aTurn() {
  const story: string[] = [];
  const time = new VirtualTime(0);
  const turn = new Turn(time, { ...volatileJournal, commit: () => story.push('commit') });
  return { story, time, turn };
}

test('dispatches, then commits, then answers in the order asked', () => {
  const { story, time, turn } = aTurn();
  turn.whenCommitted(() => story.push('first answer'));
  turn.dispatchSoon({ dispatch: () => story.push('dispatch') });
  turn.whenCommitted(() => story.push('second answer'));
  expect(story).toEqual([]);
  time.pass(0);
  expect(story).toEqual(['dispatch', 'commit', 'first answer', 'second answer']);
});

test('commits once for all that one turn brought, and answers only once', () => {
  const { story, time, turn } = aTurn();
  for (let i = 0; i < 3; i += 1) turn.commitSoon();
  turn.whenCommitted(() => story.push('answer'));
  time.pass(0);
  time.pass(1);
  expect(story).toEqual(['commit', 'answer']);
});

test('what an answer causes belongs to the next turn', () => {
  const { story, time, turn } = aTurn();
  turn.whenCommitted(() => {
    story.push('answer');
    turn.whenCommitted(() => story.push('next answer'));
  });
  time.pass(0);
  expect(story).toEqual(['commit', 'answer', 'commit', 'next answer']);
});

test('answers nothing when the commit fails', () => {
  const story: string[] = [];
  const failing = () => {
    throw new Error('disk full');
  };
  const turn = new Turn(new VirtualTime(0), { ...volatileJournal, commit: failing });
  turn.whenCommitted(() => story.push('answer'));
  expect(() => turn.finish()).toThrow('disk full');
  expect(story).toEqual([]);
});
