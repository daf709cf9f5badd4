import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';

/** All that waits for the abort of one signal. */
class AbortListener {
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<{ readonly call: () => void }>();
  readonly #abort = (): void => {
    const all = [...this.#waiting];
    this.#leave();
    for (const one of all) if (this.#waiting.delete(one)) one.call();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#abort, { once: true });
  }

  add(call: () => void): () => void {
    const one = { call };
    this.#waiting.add(one);
    return () => {
      if (this.#waiting.delete(one) && this.#waiting.size === 0) this.#leave();
    };
  }

  #leave(): void {
    // A signal that lets no listener go keeps this one, for the next to wait.
    if (typeof this.#signal.removeEventListener !== 'function') return;
    this.#signal.removeEventListener('abort', this.#abort);
    if (listeners.get(this.#signal) === this) listeners.delete(this.#signal);
  }
}

const listeners = new WeakMap<AbortSignal, AbortListener>();

/**
 * Calls a function when a signal aborts. However many calls wait for one signal, it has one listener: Node 20 warns of a
 * leak from the eleventh on.
 *
 * @returns A function that takes the call back; after the last one the signal has no listener.
 */
export function whenAborted(signal: AbortSignal, call: () => void): () => void {
  let listener = listeners.get(signal);
  if (listener === undefined) {
    listener = new AbortListener(signal);
    listeners.set(signal, listener);
  }
  return listener.add(call);
}

/** `true` for a signal of any make: of Node, of a browser in a test, of a library. */
export function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

/** @throws {ArgumentError} for anything but a signal or `undefined`. */
export function checkSignal(value: unknown): void {
  if (value === undefined || isSignal(value)) return;
  throw new ArgumentError(`expected an AbortSignal, got ${describe(value)}`);
}
