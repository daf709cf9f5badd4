import { getEventListeners } from 'node:events';
import { allOrFirstFailure } from '../../../src/implements/foundation/waiting/all-or-first-failure.js';
import { bounded } from '../../../src/implements/foundation/waiting/bounded.js';
import { pause } from '../../../src/implements/foundation/waiting/pause.js';
import { Wait } from '../../../src/implements/foundation/waiting/wait.js';
import { unlessAborted, within } from '../../../src/implements/foundation/waiting/within.js';
import type { ScheduledTask, ScheduleOptions } from '../../../src/interfaces/clock.js';
import type { Opened, Subject } from '../../contract/law.js';
import { ManualClock } from '../../support/time/manual-clock.js';

/** All ways to wait; mutants replace one of them. */
export interface Waiting {
  readonly within: typeof within;
  readonly unlessAborted: typeof unlessAborted;
  readonly pause: typeof pause;
  readonly bounded: typeof bounded;
  readonly allOrFirstFailure: typeof allOrFirstFailure;
  readonly newWait: <T>() => Wait<T>;
}

/** A manual clock that records how its tasks wait. */
export class RecordingClock extends ManualClock {
  readonly scheduled: (ScheduleOptions | undefined)[] = [];

  override schedule(delayMs: number, task: () => void, options?: ScheduleOptions): ScheduledTask {
    this.scheduled.push(options);
    return super.schedule(delayMs, task);
  }
}

/** World of one law. */
export interface WaitingWorld extends Opened {
  readonly waiting: Waiting;
  readonly clock: RecordingClock;
}

export type WaitingSubject = Subject<never, WaitingWorld, undefined>;

/** The ways to wait of foundation, except those that a mutant replaces. */
export function waitingSubject(name: string, flaw: Partial<Waiting> = {}): WaitingSubject {
  const newWait = <T>(): Wait<T> => new Wait<T>();
  return {
    name,
    supports: [],
    skip: {},
    open: async () => ({
      waiting: { within, unlessAborted, pause, bounded, allOrFirstFailure, newWait, ...flaw },
      clock: new RecordingClock(),
      inspect: async () => undefined,
      close: async () => undefined,
    }),
  };
}

/** A promise that the law itself settles. */
export interface Controlled<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function controlled<T>(): Controlled<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Outcome of a promise; `undefined` while it is pending. */
export function outcomeOf<T>(promise: Promise<T>): () => { value: T } | { error: unknown } | undefined {
  let outcome: { value: T } | { error: unknown } | undefined;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  return () => outcome;
}

/** One turn of the event loop, after which all pending microtasks have run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function listenersOn(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** Unhandled rejections while a task runs; they are kept from the test runner. */
export async function unhandledDuring(task: () => Promise<void>): Promise<unknown[]> {
  const found: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => found.push(error));
  try {
    await task();
    await turn();
    await turn();
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
  }
  return found;
}
