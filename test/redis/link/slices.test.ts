import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SLICE, Slices } from '../../../src/implements/redis/link/slices.js';

/** Slices, and the calls that they have ended, by number. */
function watched(): { end(call: number): void; readonly ended: number[] } {
  const slices = new Slices();
  const ended: number[] = [];
  return { ended, end: (call) => slices.end(() => void ended.push(call)) };
}

const first = (count: number): number[] => Array.from({ length: count }, (_, call) => call);

describe('slices of ended calls', () => {
  it('calls that fit in one slice all end at once', async () => {
    const { end, ended } = watched();
    for (const call of first(SLICE)) end(call);
    expect(ended).toEqual(first(SLICE));
  });

  it('many calls all end in order, one slice per turn of the event loop', async () => {
    const { end, ended } = watched();
    for (const call of first(SLICE * 2 + 10)) end(call);
    expect(ended.length).toBe(SLICE);
    await setImmediate();
    expect(ended.length).toBe(SLICE * 2);
    await setImmediate();
    expect(ended).toEqual(first(SLICE * 2 + 10));
  });

  it('later calls wait behind earlier ones', async () => {
    const { end, ended } = watched();
    for (const call of first(SLICE * 2)) end(call);
    await setImmediate();
    end(SLICE * 2);
    expect(ended.length).toBe(SLICE * 2);
    await setImmediate();
    expect(ended).toEqual(first(SLICE * 2 + 1));
  });

  it('calls end at once again after the turn is over', async () => {
    const { end, ended } = watched();
    for (const call of first(SLICE)) end(call);
    await setImmediate();
    end(SLICE);
    expect(ended).toEqual(first(SLICE + 1));
  });
});
