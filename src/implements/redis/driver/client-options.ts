import { isIP } from 'node:net';
import type { IClock } from '../../../interfaces/clock.js';
import type { Credentials } from '../../../interfaces/credentials-provider.js';
import { ConnectionError } from '../../../interfaces/errors.js';
import { timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { durationMs } from '../../foundation/options/duration.js';
import type { Address, Endpoint } from '../endpoint.js';
import type { Driver } from './driver.js';
import { tlsOptions } from './tls-options.js';

const WRITE_ROOM_BYTES = 1024 ** 2;

/** TLS options and credentials, read before a client is created. */
export interface Entrance {
  readonly tls: Readonly<Record<string, unknown>>;
  readonly credentials: Partial<Credentials>;
  /** Time at which the credentials expire; `undefined` for never. */
  readonly validUntil: number | undefined;
}

/**
 * Reads certificates and asks the provider for credentials.
 *
 * @throws {ConnectionError} `E_CONNECTION_REFUSED` when a certificate cannot be read, `E_CONNECTION_AUTH` when there
 *   are no credentials.
 */
export async function entranceOf(
  { access }: Endpoint,
  clock: IClock,
  signal: AbortSignal,
): Promise<Entrance> {
  const [tls, { validUntil, ...credentials }] = await Promise.all([
    access.tls === undefined ? {} : tlsOptions(access.tls),
    credentialsOf(access, clock, signal),
  ]);
  return { tls, credentials, validUntil };
}

/**
 * Options of a node-redis client that lives as long as its socket: it never reconnects, queues nothing while offline,
 * and leaves all timeouts to us.
 *
 * @param address  One address of the endpoint: its own, or an IP address of its host.
 * @param signal  Ends the socket while it is still connecting.
 */
export function clientOptions(
  driver: Driver,
  { db, access, address: named }: Endpoint,
  address: Address,
  { tls, credentials, protocol, tracks }: Entrance & { readonly protocol: 2 | 3; readonly tracks?: boolean },
  signal: AbortSignal,
): object {
  const { username, password } = credentials;
  const { BLOB_STRING, VERBATIM_STRING, MAP } = driver.RESP_TYPES;
  return {
    socket: {
      ...address,
      ...tls,
      ...(tls.tls === true && servernameOf(named, tls)),
      // Our own timeout covers more than this one, and tolerates a blocked event loop.
      connectTimeout: 0,
      reconnectStrategy: false,
      // At the default of 16 KiB, node-redis writes two values of 10 KiB and then waits; `maxInFlight` is the limit.
      writableHighWaterMark: WRITE_ROOM_BYTES,
      signal,
    },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    name: access.clientName,
    database: db,
    RESP: protocol,
    // Without it, the driver drops what the server pushes.
    ...(tracks && { emitInvalidate: true }),
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // The timeout of node-redis creates an AbortSignal per command and ends as soon as the command is written.
    commandOptions: {
      timeout: 0,
      typeMapping: { [BLOB_STRING]: Buffer, [VERBATIM_STRING]: Buffer, [MAP]: Array },
    },
  };
}

/** Name that a certificate must contain: the declared one, else the host name, whichever of its addresses is taken. */
export function servernameOf(named: Address, { servername }: Entrance['tls']): { servername?: string } {
  if (typeof servername === 'string') return { servername };
  return 'host' in named && isIP(named.host) === 0 ? { servername: named.host } : {};
}

async function credentialsOf(
  { username, password, provider }: Endpoint['access'],
  clock: IClock,
  signal: AbortSignal,
): Promise<Omit<Entrance, 'tls' | 'credentials'> & Entrance['credentials']> {
  if (provider === undefined) {
    return {
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      validUntil: undefined,
    };
  }
  let given: Credentials;
  try {
    given = await provider.getCredentials({ signal });
  } catch {
    throw new ConnectionError('E_CONNECTION_AUTH', 'the credentials provider failed', 'not-sent');
  }
  const { username: user, password: secret } = given ?? {};
  // Without a password, node-redis would leave out AUTH, and everything would run as the default user.
  if (typeof secret !== 'string' || secret === '' || !(user === undefined || typeof user === 'string')) {
    throw new ConnectionError(
      'E_CONNECTION_AUTH',
      'the credentials provider returned no password',
      'not-sent',
    );
  }
  return {
    password: secret,
    ...(user !== undefined && user !== '' && { username: user }),
    validUntil: clock.now() + validMs(given),
  };
}

/** Time for which credentials are valid; `Infinity` when they do not say. */
function validMs({ validFor, expiresAt }: Credentials): number {
  const forMs = validFor === undefined ? Number.POSITIVE_INFINITY : durationMs(validFor);
  // A token states its end by the calendar, so this is the one place that asks for the time of day.
  const untilMs = expiresAt === undefined ? Number.POSITIVE_INFINITY : Number(expiresAt) - timeOfDayMs();
  const leftMs = Math.min(forMs ?? Number.NaN, untilMs);
  if (!Number.isNaN(leftMs)) return leftMs;
  throw new ConnectionError(
    'E_CONNECTION_AUTH',
    'the credentials provider returned no valid time of expiry (validFor, expiresAt)',
    'not-sent',
  );
}
