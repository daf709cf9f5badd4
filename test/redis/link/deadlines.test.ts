import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type Deadline, Deadlines } from '../../../src/implements/redis/link/deadlines.js';
import { ManualClock } from '../../support/time/manual-clock.js';

/** A deadline that notes when it expired. */
class Watched implements Deadline {
  settled = false;
  expired = 0;

  constructor(readonly dueAt: number) {}

  expire(): void {
    this.settled = true;
    this.expired++;
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** One turn of the event loop, after which replies that were waiting have been read. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time after its deadline until a call is checked for expiry. */
const GRACE_MS = 25;

describe('Deadlines', () => {
  const clock = new ManualClock();
  const watch = (deadlines: Deadlines, timeoutMs: number): Watched => {
    const watched = new Watched(clock.now() + timeoutMs);
    deadlines.add(timeoutMs, watched);
    return watched;
  };
  /** Advances time until the calls with a deadline in this many milliseconds are checked. */
  const passed = async (ms: number): Promise<void> => {
    clock.advance(ms);
    clock.advance(GRACE_MS);
    await turn();
  };

  it('a call that has not settled expires when its time is over, and not before', async () => {
    const deadlines = new Deadlines(clock);
    const call = watch(deadlines, 100);
    await passed(99);
    expect(call.expired).toBe(0);
    await passed(1);
    expect(call.expired).toBe(1);
    deadlines.close();
  });

  it('thousands of expired calls end over several turns, so that no turn takes long, and none is forgotten', async () => {
    const deadlines = new Deadlines(clock);
    const calls = Array.from({ length: 1200 }, () => watch(deadlines, 100));
    const expired = () => calls.filter((call) => call.expired === 1).length;
    await passed(100);
    expect(expired()).toBe(500);
    await turn();
    expect(expired()).toBe(1000);
    const later = watch(deadlines, 100);
    await turn();
    expect(expired()).toBe(1200);
    await passed(100);
    expect(later.expired).toBe(1);
    deadlines.close();
  });

  it('a settled call does not expire', async () => {
    const deadlines = new Deadlines(clock);
    const call = watch(deadlines, 100);
    call.settled = true;
    await passed(1000);
    expect(call.expired).toBe(0);
  });

  it('replies that wait on the socket are read before calls expire', async () => {
    const deadlines = new Deadlines(clock);
    const call = watch(deadlines, 100);
    clock.advance(100 + GRACE_MS);
    call.settled = true; // As a reply in the socket would do, later in the same turn.
    await turn();
    expect(call.expired).toBe(0);
  });

  it.each([100, 101, 110, 5000])(
    'a pause of the application of %d ms does not expire calls',
    async (pauseMs) => {
      const late = new LateClock();
      const deadlines = new Deadlines(late);
      const [answered, silent] = [new Watched(100), new Watched(100)];
      deadlines.add(100, answered);
      deadlines.add(100, silent);
      late.block(pauseMs, 100); // The loop turns again only now, and sends the pending commands.
      await turn();
      expect(answered.expired + silent.expired).toBe(0);
      answered.settled = true;
      late.advance(GRACE_MS);
      await turn();
      expect([answered.expired, silent.expired]).toEqual([0, 1]);
    },
  );

  it('calls with different timeouts expire separately, on one timer', async () => {
    const deadlines = new Deadlines(clock);
    const slow = watch(deadlines, 1000);
    const quick = watch(deadlines, 50);
    expect(clock.pending).toBe(1);
    expect(deadlines.longestTimeoutMs).toBe(1000);
    await passed(50);
    expect([quick.expired, slow.expired]).toEqual([1, 0]);
    await passed(1000);
    expect(slow.expired).toBe(1);
    expect(clock.pending).toBe(0);
    expect(deadlines.longestTimeoutMs).toBe(0);
  });

  it('a call that arrives during expiry gets its full time', async () => {
    const deadlines = new Deadlines(clock);
    const first = watch(deadlines, 100);
    clock.advance(100);
    const second = watch(deadlines, 100);
    clock.advance(GRACE_MS);
    await turn();
    expect([first.expired, second.expired]).toEqual([1, 0]);
    await passed(100);
    expect(second.expired).toBe(1);
  });

  it('closed Deadlines arm no timer, even if calls end afterwards', async () => {
    const deadlines = new Deadlines(clock);
    const closing = new Watched(clock.now() + 100);
    closing.expire = () => deadlines.close();
    deadlines.add(100, closing);
    watch(deadlines, 500);
    await passed(100);
    expect(clock.pending).toBe(0);
  });

  it('an ended call and its answer are released at once', async () => {
    const deadlines = new Deadlines(clock);
    const end = (): WeakRef<Watched> => {
      const watched = watch(deadlines, 100);
      watched.settled = true;
      return new WeakRef(watched);
    };
    const ended = Array.from({ length: 100 }, end);
    watch(deadlines, 100);
    await turn(); // A WeakRef holds its target until the end of the turn that made it.
    collectGarbage();
    expect(ended.filter((call) => call.deref() !== undefined)).toEqual([]);
    deadlines.close();
  });

  it('Deadlines hold no more than the calls in flight', () => {
    const deadlines = new Deadlines(clock);
    const inFlight = watch(deadlines, 100);
    for (let call = 0; call < 5000; call++) {
      watch(deadlines, 100).settled = true;
      if (call === 2500) inFlight.settled = true;
    }
    watch(deadlines, 100);
    expect(deadlines.size).toBeLessThan(10);
    deadlines.close();
    expect(deadlines.size).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

/** A clock that runs its tasks late. */
class LateClock extends ManualClock {
  #skippedMs = 0;

  constructor() {
    super(0);
  }

  override now(): number {
    return super.now() + this.#skippedMs;
  }

  /** Blocks the event loop for a while; a task that is due in the meantime runs only afterwards. */
  block(forMs: number, dueMs: number): void {
    this.#skippedMs += forMs - dueMs;
    this.advance(dueMs);
  }
}
