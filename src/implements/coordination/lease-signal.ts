/**
 * Returns the signal of a controller with properties that first look at the clock: a process that was paused beyond the
 * lease reads the truth in its first line, before any timer has run.
 *
 * @param look  Aborts the controller if the lease is over.
 */
export function leaseSignal({ signal }: AbortController, look: () => void): AbortSignal {
  const { get: aborted } = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted') ?? {};
  const { get: reason } = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'reason') ?? {};
  const after = (read: (() => unknown) | undefined) => ({
    configurable: true,
    get: () => {
      look();
      return read?.call(signal);
    },
  });
  return Object.defineProperties(signal, {
    aborted: after(aborted),
    reason: after(reason),
    throwIfAborted: {
      configurable: true,
      value: () => {
        look();
        AbortSignal.prototype.throwIfAborted.call(signal);
      },
    },
  });
}
