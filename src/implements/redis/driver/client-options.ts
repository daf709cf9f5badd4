import { readFile } from 'node:fs/promises';
import type { Credentials } from '../../../interfaces/credentials-provider.js';
import { ConnectionError } from '../../../interfaces/errors.js';
import { describe } from '../../foundation/describe.js';
import { isPem, type PemSource, pemText } from '../../foundation/options/pem.js';
import type { Endpoint, TlsOptions } from '../endpoint.js';
import type { Driver } from './driver.js';

const MAX_TIMER_MS = 2 ** 31 - 1;
const WRITE_ROOM_BYTES = 1024 ** 2;

/** Limits of one attempt to open a link; the signal cancels it. */
export interface OpeningOptions {
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Socket options and credentials, read before a client is created. */
export interface Entrance {
  readonly socket: Readonly<Record<string, unknown>>;
  readonly credentials: Partial<Credentials>;
}

/**
 * Reads certificates and asks the provider for credentials.
 *
 * @throws {ConnectionError} `E_CONNECTION_REFUSED` when a certificate cannot be read, `E_CONNECTION_AUTH` when there
 *   are no credentials.
 */
export async function entranceOf({ address, access }: Endpoint, signal: AbortSignal): Promise<Entrance> {
  const [tls, credentials] = await Promise.all([
    access.tls === undefined ? undefined : tlsOptions(access.tls),
    credentialsOf(access, signal),
  ]);
  return { socket: { ...address, ...tls }, credentials };
}

/**
 * Options of a node-redis client that lives as long as its socket: it never reconnects, queues nothing while offline,
 * and leaves all timeouts to us.
 */
export function clientOptions(
  driver: Driver,
  { db, access }: Endpoint,
  { socket, credentials }: Entrance,
  { connectTimeoutMs, signal }: OpeningOptions,
): object {
  const { username, password } = credentials;
  const { BLOB_STRING, VERBATIM_STRING, MAP } = driver.RESP_TYPES;
  return {
    socket: {
      ...socket,
      // Our own timeout comes first: it covers more than this one, and tolerates a blocked event loop.
      connectTimeout: Math.min(connectTimeoutMs + 1000, MAX_TIMER_MS),
      reconnectStrategy: false,
      // At the default of 16 KiB, node-redis writes two values of 10 KiB and then waits; `maxInFlight` is the limit.
      writableHighWaterMark: WRITE_ROOM_BYTES,
      signal,
    },
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    name: access.clientName,
    database: db,
    RESP: 3,
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

async function credentialsOf(
  { username, password, provider }: Endpoint['access'],
  signal: AbortSignal,
): Promise<Partial<Credentials>> {
  if (provider === undefined) {
    return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
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
  return { password: secret, ...(user !== undefined && user !== '' && { username: user }) };
}

async function tlsOptions(tls: TlsOptions): Promise<Record<string, unknown>> {
  const [ca, cert, key] = await Promise.all([read(tls, 'ca'), read(tls, 'cert'), read(tls, 'key')]);
  return {
    tls: true,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(tls.passphrase !== undefined && { passphrase: tls.passphrase }),
    ...(tls.servername !== undefined && { servername: tls.servername }),
    ...(tls.insecure === true && { rejectUnauthorized: false }),
  };
}

async function read(tls: TlsOptions, option: 'ca' | 'cert' | 'key') {
  const given = tls[option];
  if (given === undefined) return undefined;
  const contentOf = async (source: PemSource): Promise<PemSource> => {
    if (typeof source !== 'string') return Buffer.from(source);
    if (isPem(source)) return pemText(source);
    try {
      return await readFile(source);
    } catch (error) {
      const { code = 'unknown error' } = error as { code?: string };
      // The text may be a key that lost its header, or come from the environment: it is not shown.
      const text = `tls.${option}: expected PEM text or the path of a file, got ${describe(source)} (${code})`;
      throw new ConnectionError('E_CONNECTION_REFUSED', text, 'not-sent');
    }
  };
  return Promise.all([given].flat().map(contentOf));
}
