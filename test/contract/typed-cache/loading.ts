import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { LoadContext } from '../../../src/interfaces/typed-cache.js';
import { settlesWithin } from '../../support/time/eventually.js';

/** Longer than any call that is not stuck. */
const STUCK_MS = 1500;

/** One call of a loader. */
export interface Load<T> {
  readonly context: LoadContext<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** A loader whose calls are pending until the law settles each of them. */
export class HeldLoader<T = unknown> {
  readonly calls: Load<T>[] = [];
  readonly #waiting: { readonly count: number; readonly come: () => void }[] = [];

  readonly load = (context: LoadContext<T>): Promise<T> => {
    const promise = new Promise<T>((resolve, reject) => this.calls.push({ context, resolve, reject }));
    for (const { count, come } of this.#waiting) if (this.calls.length >= count) come();
    return promise;
  };

  get count(): number {
    return this.calls.length;
  }

  /** Call with this number, from 1, as soon as it has begun. */
  async call(number = 1): Promise<Load<T>> {
    if (this.calls.length < number) {
      const come = new Promise<void>((resolve) => this.#waiting.push({ count: number, come: resolve }));
      await settlesWithin(STUCK_MS, `call ${number} of the loader`, come);
    }
    return this.calls[number - 1] as Load<T>;
  }
}

/** A loader that returns immediately, and counts its calls. */
export function counted<T>(answer: () => T | Promise<T>): (() => Promise<T>) & { readonly count: number } {
  let count = 0;
  const load = async (): Promise<T> => {
    count += 1;
    return answer();
  };
  return Object.defineProperty(load, 'count', { get: () => count }) as typeof load & {
    readonly count: number;
  };
}

/** A loader that must not be called. */
export const unwanted = async (): Promise<never> => assert.fail('the loader was called');

/** Unhandled rejections while a step ran; they are kept from the test runner. */
export async function unhandledDuring(step: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const listeners = process.listeners('unhandledRejection');
  const listen = (error: unknown): void => void unhandled.push(error);
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', listen);
  try {
    await step();
    // Unhandled rejections are reported after all pending microtasks.
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  } finally {
    process.off('unhandledRejection', listen);
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
  return unhandled;
}

/** Outcome of a call, whose rejection is handled immediately. */
export async function outcomeOf<T>(
  call: Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await call };
  } catch (error) {
    return { error };
  }
}
