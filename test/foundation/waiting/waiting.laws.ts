import assert from 'node:assert/strict';
import { OperationError } from '../../../src/interfaces/errors.js';
import type { Law } from '../../contract/law.js';
import {
  controlled,
  listenersOn,
  outcomeOf,
  turn,
  unhandledDuring,
  type Waiting,
  type WaitingWorld,
} from './waiting-world.js';

type WaitingLaw = Law<never, WaitingWorld, undefined>;

const law = (title: string, prove: (world: WaitingWorld) => Promise<void>): WaitingLaw => ({
  title,
  needs: [],
  prove: async (open) => prove(await open()),
});

const LATE = new Error('late');
const late = (): never => {
  throw LATE;
};

/** Ways of waiting that a signal ends, each over the same promise. */
const abortable = (
  { within, unlessAborted, pause }: Waiting,
  { clock }: WaitingWorld,
): readonly ((promise: Promise<unknown>, signal: AbortSignal) => Promise<unknown>)[] => [
  (promise, signal) => within(clock, 100, promise, { late, signal }),
  (promise, signal) => unlessAborted(promise, signal),
  (promise, signal) => {
    outcomeOf(promise); // A pause has nothing to do with it.
    return pause(clock, 100, { signal });
  },
];

/** Ways of waiting that have a timer. */
const timed = (
  { within, bounded, pause }: Waiting,
  { clock }: WaitingWorld,
): readonly ((promise: Promise<unknown>) => Promise<unknown>)[] => [
  (promise) => within(clock, 100, promise, { late }),
  (promise) => bounded(clock, 100, promise),
  (promise) => {
    outcomeOf(promise);
    return pause(clock, 100);
  },
];

export const waitingLaws: readonly WaitingLaw[] = [
  law('a promise that settles in time passes its value or its error on', async ({ waiting, clock }) => {
    const error = new Error('refused');
    assert.equal(await waiting.within(clock, 100, Promise.resolve('value'), { late }), 'value');
    await assert.rejects(waiting.within(clock, 100, Promise.reject(error), { late }), error);
    const { signal } = new AbortController();
    assert.equal(await waiting.unlessAborted(Promise.resolve('value'), signal), 'value');
    await assert.rejects(waiting.unlessAborted(Promise.reject(error), signal), error);
  }),
  law(
    'a deadline that has passed ends the wait with the value or error of its caller',
    async ({ waiting, clock }) => {
      const { promise } = controlled<string>();
      const failing = outcomeOf(waiting.within(clock, 100, promise, { late }));
      const falling = outcomeOf(waiting.within(clock, 100, promise, { late: () => 'fallback' }));
      clock.advance(99);
      await turn();
      assert.deepEqual([failing(), falling()], [undefined, undefined]);
      clock.advance(1);
      await turn();
      assert.deepEqual([failing(), falling()], [{ error: LATE }, { value: 'fallback' }]);
    },
  ),
  law('an abort ends the wait with E_ABORTED and its reason as the cause', async (world) => {
    for (const wait of abortable(world.waiting, world)) {
      const controller = new AbortController();
      const outcome = outcomeOf(wait(controlled().promise, controller.signal));
      controller.abort('reason');
      await turn();
      const ended = outcome();
      assert.ok(ended !== undefined && 'error' in ended && OperationError.is(ended.error));
      assert.deepEqual([ended.error.code, ended.error.cause], ['E_ABORTED', 'reason']);
    }
  }),
  law(
    'an abort ends the wait with the value or error that its caller chooses',
    async ({ waiting, clock }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const { promise } = controlled<string>();
      const aborted = (by: AbortSignal): string => `aborted by ${by.reason}`;
      const outcomes = [
        outcomeOf(waiting.within(clock, 100, promise, { late, signal, aborted })),
        outcomeOf(waiting.unlessAborted(promise, signal, aborted)),
        outcomeOf(waiting.pause(clock, 100, { signal, aborted: () => undefined })),
      ];
      controller.abort('us');
      await turn();
      assert.deepEqual(
        outcomes.map((outcome) => outcome()),
        [{ value: 'aborted by us' }, { value: 'aborted by us' }, { value: undefined }],
      );
    },
  ),
  law('a signal that has already aborted ends the wait at once, and sets no timer', async (world) => {
    for (const wait of abortable(world.waiting, world)) {
      const outcome = outcomeOf(wait(controlled().promise, AbortSignal.abort('earlier')));
      await turn();
      assert.ok(outcome() !== undefined);
    }
    assert.deepEqual(world.clock.scheduled, []);
  }),
  law('the first end counts: a later value, error, abort or timer changes nothing', async (world) => {
    const { waiting, clock } = world;
    const wait = waiting.newWait<string>();
    const controller = new AbortController();
    const { promise, resolve } = controlled<string>();
    wait.until(promise);
    wait.onAbort(controller.signal);
    wait.after(clock, 100, late);
    wait.resolve('first');
    wait.reject(new Error('second'));
    resolve('third');
    controller.abort();
    clock.advance(100);
    assert.equal(await wait.result, 'first');
  }),
  law('a late result is ignored, and a late error causes no unhandled rejection', async (world) => {
    const { waiting, clock } = world;
    const found = await unhandledDuring(async () => {
      // A promise each: one that handles the error would hide another that does not.
      const [one, two, three, four] = [controlled(), controlled(), controlled(), controlled()];
      const outcomes = [
        outcomeOf(waiting.within(clock, 10, one.promise, { late: () => 'late' })),
        outcomeOf(waiting.within(clock, 10, two.promise, { late, signal: AbortSignal.abort() })),
        outcomeOf(waiting.unlessAborted(three.promise, AbortSignal.abort())),
        outcomeOf(waiting.bounded(clock, 10, four.promise)),
      ];
      clock.advance(10);
      for (const { reject } of [one, two, three, four]) reject(new Error('too late'));
      await turn();
      assert.deepEqual(
        outcomes.map((outcome) => 'error' in (outcome() ?? {})),
        [false, true, true, false],
      );
    });
    assert.deepEqual(found, []);
  }),
  law('no listener is left on the signal, however the wait ends', async (world) => {
    const { clock } = world;
    for (const wait of abortable(world.waiting, world)) {
      const ends: readonly ((one: ReturnType<typeof controlled>, controller: AbortController) => void)[] = [
        ({ resolve }) => {
          resolve('value');
          clock.advance(100);
        },
        ({ reject }) => {
          reject(new Error('refused'));
          clock.advance(100);
        },
        (_, controller) => controller.abort(),
        ({ resolve }) => {
          clock.advance(100);
          resolve('late');
        },
      ];
      for (const end of ends) {
        const one = controlled<unknown>();
        const controller = new AbortController();
        outcomeOf(wait(one.promise, controller.signal));
        assert.equal(listenersOn(controller.signal), 1);
        end(one, controller);
        await turn();
        assert.equal(listenersOn(controller.signal), 0);
      }
      const signal = AbortSignal.abort();
      outcomeOf(wait(controlled().promise, signal));
      assert.equal(listenersOn(signal), 0);
    }
  }),
  law('a signal has one listener for all waits, and each of them ends when it aborts', async (world) => {
    for (const wait of abortable(world.waiting, world)) {
      const controller = new AbortController();
      const { signal } = controller;
      const pending = controlled<never>();
      const outcomes = Array.from({ length: 50 }, () => outcomeOf(wait(pending.promise, signal)));
      assert.equal(listenersOn(signal), 1);
      controller.abort();
      await turn();
      assert.ok(outcomes.every((outcome) => 'error' in (outcome() ?? {})));
      assert.equal(listenersOn(signal), 0);
    }
  }),
  law('a wait takes any signal that has aborted and addEventListener', async (world) => {
    for (const wait of abortable(world.waiting, world)) {
      for (const keeps of [true, false]) {
        const calls = new Set<() => void>();
        const signal = {
          aborted: false,
          addEventListener: (_: string, call: () => void) => void calls.add(call),
          ...(!keeps && { removeEventListener: (_: string, call: () => void) => void calls.delete(call) }),
        };
        const pending = controlled<never>();
        for (let round = 0; round < 2; round += 1) {
          outcomeOf(wait(Promise.resolve('v'), signal as unknown as AbortSignal));
          await turn();
        }
        const outcome = outcomeOf(wait(pending.promise, signal as unknown as AbortSignal));
        assert.equal(calls.size, 1);
        signal.aborted = true;
        for (const call of [...calls]) call();
        await turn();
        assert.ok('error' in (outcome() ?? {}));
      }
    }
  }),
  law('no timer is left, however the wait ends', async (world) => {
    const { clock } = world;
    for (const wait of timed(world.waiting, world)) {
      const [succeeding, failing] = [controlled<unknown>(), controlled<unknown>()];
      outcomeOf(wait(succeeding.promise));
      outcomeOf(wait(failing.promise));
      assert.equal(clock.pending, 2);
      succeeding.resolve('value');
      failing.reject(new Error('refused'));
      await turn();
      if (clock.pending === 2) clock.advance(100); // A pause depends on time only.
      assert.equal(clock.pending, 0);
    }
    for (const wait of abortable(world.waiting, world)) {
      const controller = new AbortController();
      outcomeOf(wait(controlled().promise, controller.signal));
      controller.abort();
      await turn();
      assert.equal(clock.pending, 0);
    }
  }),
  law('a time of zero or less accepts a settled result, and ends any other wait', async (world) => {
    const { waiting, clock } = world;
    for (const ms of [0, -5]) {
      const there = outcomeOf(waiting.within(clock, ms, Promise.resolve('there'), { late }));
      const missing = outcomeOf(waiting.within(clock, ms, controlled<string>().promise, { late }));
      const paused = outcomeOf(waiting.pause(clock, ms));
      await turn();
      clock.advance(0);
      await turn();
      assert.deepEqual(
        [there(), missing(), paused()],
        [{ value: 'there' }, { error: LATE }, { value: undefined }],
      );
    }
  }),
  law('a wait without a bound and without a signal is the promise itself', async ({ waiting, clock }) => {
    const { promise } = controlled<string>();
    assert.equal(waiting.within(clock, Number.POSITIVE_INFINITY, promise, { late }), promise);
    assert.equal(waiting.unlessAborted(promise, undefined), promise);
  }),
  law('an endless time sets no timer', async ({ waiting, clock }) => {
    const { signal } = new AbortController();
    outcomeOf(waiting.within(clock, Number.POSITIVE_INFINITY, controlled().promise, { late, signal }));
    outcomeOf(waiting.pause(clock, Number.POSITIVE_INFINITY, { signal }));
    assert.deepEqual(clock.scheduled, []);
  }),
  law('a timer that a caller awaits keeps the process alive', async (world) => {
    for (const wait of timed(world.waiting, world)) outcomeOf(wait(controlled().promise));
    assert.deepEqual(world.clock.scheduled, [{ keepAlive: true }, { keepAlive: true }, { keepAlive: true }]);
  }),
  law('a pause lasts its time and no longer', async ({ waiting, clock }) => {
    const outcome = outcomeOf(waiting.pause(clock, 100));
    clock.advance(99);
    await turn();
    assert.equal(outcome(), undefined);
    clock.advance(1);
    await turn();
    assert.deepEqual(outcome(), { value: undefined });
  }),
  law('a bounded wait tells whether the task ended in time, and throws what it threw', async (world) => {
    const { waiting, clock } = world;
    const error = new Error('refused');
    assert.equal(await waiting.bounded(clock, 100, Promise.resolve()), true);
    await assert.rejects(waiting.bounded(clock, 100, Promise.reject(error)), error);
    const slow = waiting.bounded(clock, 100, controlled().promise);
    clock.advance(100);
    assert.equal(await slow, false);
  }),
  law('a clean-up runs once at the end, or at once when the wait has already ended', async ({ waiting }) => {
    const wait = waiting.newWait<string>();
    const story: string[] = [];
    wait.onEnd(() => story.push('early'));
    assert.equal(story.length, 0);
    wait.resolve('value');
    wait.resolve('again');
    assert.deepEqual(story, ['early']);
    wait.onEnd(() => story.push('late'));
    assert.deepEqual(story, ['early', 'late']);
  }),
  law('concurrent calls return their results in order', async ({ waiting }) => {
    const slow = controlled<string>();
    const all = waiting.allOrFirstFailure([slow.promise, Promise.resolve('second')]);
    slow.resolve('first');
    assert.deepEqual(await all, ['first', 'second']);
  }),
  law('concurrent calls have all ended before the first failure in order is thrown', async (world) => {
    const [first, second] = [controlled<string>(), controlled<string>()];
    const outcome = outcomeOf(
      world.waiting.allOrFirstFailure([first.promise, second.promise, Promise.resolve('third')]),
    );
    second.reject(new Error('second'));
    await turn();
    assert.equal(outcome(), undefined);
    first.reject(LATE);
    await turn();
    assert.deepEqual(outcome(), { error: LATE });
  }),
];
