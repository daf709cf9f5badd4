import type { IClock } from '../../../interfaces/clock.js';
import { DisposedError } from '../../../interfaces/errors.js';
import { openTimeout } from '../driver/connect-error.js';
import type { Endpoint } from '../topology/target.js';

/** Where a server is, or an error when that is not known in time: Sentinels that are frozen answer late. */
export function located(
  clock: IClock,
  where: Endpoint | Promise<Endpoint>,
  timeoutMs: number,
  signal: AbortSignal,
): Endpoint | Promise<Endpoint> {
  if (!(where instanceof Promise)) return where;
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      timer.cancel();
      signal.removeEventListener('abort', stop);
      settle();
    };
    const stop = (): void => end(() => reject(new DisposedError('the connection was closed')));
    const expire = (): void => end(() => reject(openTimeout(timeoutMs)));
    const timer = clock.schedule(timeoutMs, expire, { keepAlive: true });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    where.then(
      (endpoint) => end(() => resolve(endpoint)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
