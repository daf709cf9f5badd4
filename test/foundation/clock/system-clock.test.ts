import { afterEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';

const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('SystemClock', () => {
  it('SystemClock with 30 days really waits, and runs the task once', () => {
    vi.useFakeTimers();
    let runs = 0;
    new SystemClock().schedule(30 * DAY_MS, () => runs++);
    vi.advanceTimersByTime(30 * DAY_MS - 1);
    expect(runs).toBe(0);
    vi.advanceTimersByTime(1);
    expect(runs).toBe(1);
    vi.advanceTimersByTime(60 * DAY_MS);
    expect(runs).toBe(1);
  });

  it('SystemClock never passes setTimeout a delay that it would take for 1 ms', () => {
    const delays: unknown[] = [];
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((_task: unknown, delayMs: unknown) => {
      delays.push(delayMs);
      return { unref() {} };
    }) as unknown as typeof setTimeout);
    const clock = new SystemClock();
    for (const delayMs of [30 * DAY_MS, 36_500 * DAY_MS, 2 ** 31, Number.POSITIVE_INFINITY]) {
      clock.schedule(delayMs, () => {});
    }
    expect(delays).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]);
  });

  it('a task of SystemClock that was cancelled after 25 of 30 days never runs', () => {
    vi.useFakeTimers();
    let runs = 0;
    const task = new SystemClock().schedule(30 * DAY_MS, () => runs++);
    vi.advanceTimersByTime(25 * DAY_MS);
    task.cancel();
    vi.advanceTimersByTime(25 * DAY_MS);
    expect(runs).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('SystemClock never goes back, and counts on from a reading that does', () => {
    let reading = 5000;
    vi.spyOn(performance, 'now').mockImplementation(() => reading);
    const clock = new SystemClock();
    const start = clock.now();
    for (const [next, passed] of [
      [5100, 100],
      [700, 100],
      [750, 150],
      [10, 150],
      [5100, 5240],
    ] as const) {
      reading = next;
      expect(clock.now() - start).toBeCloseTo(passed, 6);
    }
  });

  it('SystemClock counts all fake time, although it was not read when the fake timers were installed', () => {
    const clock = new SystemClock();
    const start = clock.now();
    vi.useFakeTimers();
    vi.advanceTimersByTime(3 * DAY_MS);
    expect(clock.now() - start).toBeGreaterThanOrEqual(3 * DAY_MS);
    expect(clock.now() - start).toBeLessThan(3 * DAY_MS + 1000);
  });

  it('SystemClock adds up real and fake time when fake timers come and go', () => {
    const clock = new SystemClock();
    const start = clock.now();
    for (let round = 1; round <= 3; round++) {
      vi.useFakeTimers();
      vi.advanceTimersByTime(DAY_MS);
      vi.useRealTimers();
      const passed = Math.floor(clock.now() - start);
      expect(passed).toBeLessThan(round * DAY_MS + 10_000);
      vi.useFakeTimers();
      vi.advanceTimersByTime(1000);
      expect(clock.now() - start).toBeGreaterThanOrEqual(passed + 1000);
      vi.useRealTimers();
    }
  });

  it('a task that was scheduled before fake timers came can be cancelled under them', async () => {
    const clock = new SystemClock();
    let cancelledRan = false;
    const ended = new Promise<void>((resolve) => {
      clock.schedule(20, resolve, { keepAlive: true });
    });
    const task = clock.schedule(10, () => {
      cancelledRan = true;
    });
    vi.useFakeTimers();
    task.cancel();
    vi.useRealTimers();
    await ended;
    expect(cancelledRan).toBe(false);
  });
});
