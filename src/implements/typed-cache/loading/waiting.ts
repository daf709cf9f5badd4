import type { Request } from '../policy/request.js';
import type { Flight } from './load.js';

/** How the waiting of a caller for a load ended. */
export type Ended = 'settled' | 'soft-timeout' | 'hard-timeout' | 'aborted';

/** What comes first for a caller: the end of the load, that of the caller's patience or time, or its abort. */
export function endFor(flight: Flight<unknown>, request: Request, impatient: boolean): Promise<Ended> {
  const { signal, policy, clock } = request;
  return new Promise((resolve) => {
    const end = (how: Ended): void => {
      forget();
      soft?.cancel();
      hard?.cancel();
      signal?.removeEventListener('abort', abort);
      resolve(how);
    };
    const abort = (): void => end('aborted');
    const timer = (ms: number, how: Ended) =>
      ms === Number.POSITIVE_INFINITY
        ? undefined
        : clock.schedule(Math.max(0, ms), () => end(how), { keepAlive: true });
    const soft = impatient ? timer(policy.softTimeoutMs, 'soft-timeout') : undefined;
    const hard = timer(request.leftMs, 'hard-timeout');
    signal?.addEventListener('abort', abort);
    let forget = (): void => undefined;
    forget = flight.onSettled(() => end('settled'));
    if (signal?.aborted === true) abort();
  });
}
