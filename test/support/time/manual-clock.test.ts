import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ManualClock } from './manual-clock.js';

describe('ManualClock', () => {
  it('ManualClock stands still until it is advanced', () => {
    const clock = new ManualClock(5);
    assert.equal(clock.now(), 5);
    clock.advance(2.5);
    assert.equal(clock.now(), 7.5);
    assert.throws(() => clock.advance(-1), RangeError);
  });

  it('due tasks run in the order of their times, each at its own time', () => {
    const clock = new ManualClock(0);
    const story: string[] = [];
    const at = (ms: number, name: string) => clock.schedule(ms, () => story.push(`${name}@${clock.now()}`));
    at(20, 'b');
    at(10, 'a');
    at(20, 'c');
    at(31, 'late');
    clock.advance(30);
    assert.deepEqual(story, ['a@10', 'b@20', 'c@20']);
    assert.equal(clock.pending, 1);
  });

  it('a task that another task schedules runs too, and a cancelled one does not', () => {
    const clock = new ManualClock(0);
    const story: string[] = [];
    const cancelled = clock.schedule(5, () => story.push('cancelled'));
    clock.schedule(1, () => {
      cancelled.cancel();
      clock.schedule(1, () => story.push(`inner@${clock.now()}`));
    });
    clock.advance(10);
    assert.deepEqual(story, ['inner@2']);
    assert.equal(clock.pending, 0);
  });
});
