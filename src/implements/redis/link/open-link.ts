import { ResolutionError } from '../../../interfaces/errors.js';
import { unlessAborted } from '../../foundation/waiting/within.js';
import { clientOptions, entranceOf } from '../driver/client-options.js';
import { openError, openTimeout } from '../driver/connect-error.js';
import { type Driver, loadDriver } from '../driver/driver.js';
import { connectionClosed } from '../driver/unreachable.js';
import { Deadlines } from './deadlines.js';
import { Link, type LinkOptions } from './link.js';

/**
 * Opens a link and waits until the server has answered a PING on it.
 *
 * @throws {ConnectionError} when that fails or takes longer than `connectTimeoutMs`.
 * @throws {DisposedError} when the signal aborts.
 * @throws {ResolutionError} `E_PEER_MISSING`
 */
export async function openLink(options: LinkOptions, signal: AbortSignal): Promise<Link> {
  const { clock, endpoint, connectTimeoutMs } = options;
  const deadlines = new Deadlines(clock, { keepAlive: true });
  const socket = new AbortController();
  const interruption = new AbortController();
  const inTime = <T>(step: Promise<T>): Promise<T> =>
    unlessAborted(step, interruption.signal, ({ reason }) => {
      throw reason;
    });
  const expire = (): void => interruption.abort(openTimeout(connectTimeoutMs));
  const stop = (): void => interruption.abort(connectionClosed());
  deadlines.add(connectTimeoutMs, { dueAt: clock.now() + connectTimeoutMs, settled: false, expire });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  let link: Link | undefined;
  let driver: Driver | undefined;
  try {
    driver = await inTime(loadDriver());
    const entrance = await inTime(entranceOf(endpoint, socket.signal));
    const opened = { connectTimeoutMs, signal: socket.signal };
    const client = driver.createClient(clientOptions(driver, endpoint, entrance, opened));
    link = new Link(driver, client, socket, options);
    await inTime(link.open());
    return link;
  } catch (error) {
    const isReply = driver !== undefined && error instanceof driver.ErrorReply;
    const reason = openError(error, isReply, connectTimeoutMs);
    if (!ResolutionError.is(reason)) link?.end(reason);
    socket.abort();
    throw reason;
  } finally {
    deadlines.close();
    signal.removeEventListener('abort', stop);
  }
}
