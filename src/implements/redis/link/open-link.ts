import { ResolutionError } from '../../../interfaces/errors.js';
import { PatientClock } from '../../foundation/clock/patient-clock.js';
import { unlessAborted } from '../../foundation/waiting/within.js';
import { openError, openTimeout } from '../driver/connect-error.js';
import { loadDriver } from '../driver/driver.js';
import { connectionClosed } from '../driver/unreachable.js';
import type { Link, LinkOptions } from './link.js';
import { Opening } from './opening/opening.js';

/**
 * Opens a link and waits until the server has answered a PING on it. The time for that begins when the driver is
 * loaded, and stands still while the application blocks its event loop: neither is the server's doing.
 *
 * @throws {ConnectionError} when that fails or takes longer than `connectTimeoutMs`.
 * @throws {DisposedError} when the signal aborts.
 * @throws {ResolutionError} `E_PEER_MISSING`
 */
export async function openLink(options: LinkOptions, signal: AbortSignal): Promise<Link> {
  const { connectTimeoutMs } = options;
  const isTls = options.endpoint.access.tls !== undefined;
  const interruption = new AbortController();
  const inTime = <T>(step: Promise<T>): Promise<T> =>
    unlessAborted(step, interruption.signal, ({ reason }) => {
      throw reason;
    });
  const stop = (): void => interruption.abort(connectionClosed());
  const expire = (): void => interruption.abort(openTimeout(connectTimeoutMs, isTls));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const clock = new PatientClock(options.clock);
  let deadline: { cancel(): void } | undefined;
  let opening: Opening | undefined;
  try {
    const driver = await inTime(loadDriver());
    deadline = clock.schedule(connectTimeoutMs, expire, { keepAlive: true });
    opening = new Opening(driver, options);
    return await inTime(opening.link());
  } catch (error) {
    const reason = openError(error, opening?.isReply(error) === true, { connectTimeoutMs, isTls });
    if (!ResolutionError.is(reason)) opening?.end(reason);
    throw reason;
  } finally {
    deadline?.cancel();
    signal.removeEventListener('abort', stop);
  }
}
