import type { IClock } from '../../../interfaces/clock.js';
import { Wait } from './wait.js';

/** Early end of a pause. */
export interface PauseEnds {
  readonly signal?: AbortSignal | undefined;
  /** Abort of the signal: returns to end the pause, or throws. Default: throws `E_ABORTED`. */
  readonly aborted?: ((signal: AbortSignal) => void) | undefined;
}

/** Waits for a time, or until a signal aborts. */
export function pause(clock: IClock, ms: number, { signal, aborted }: PauseEnds = {}): Promise<void> {
  const wait = new Wait<void>();
  wait.onAbort(signal, aborted);
  wait.after(clock, ms, () => undefined);
  return wait.result;
}
