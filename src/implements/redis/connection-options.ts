import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConnectionError } from '../../interfaces/errors.js';
import { durationOption } from '../options/duration.js';
import { optionKinds } from '../options/kinds.js';
import { fileOption, secretOption } from '../options/text.js';

const DEFAULT_PORT = 6379;

/** Which Redis, as whom, and how long to wait for it: the same for a connection and for a cache with one of its own. */
export const connectionShape = {
  host: z
    .string()
    .min(1)
    .optional()
    .describe('Name or address of the server.')
    .register(optionKinds, { default: 'localhost' }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('Port of the server.')
    .register(optionKinds, { default: 6379 }),
  db: z.int().min(0).optional().describe('Number of the database.').register(optionKinds, { default: 0 }),
  username: z
    .string()
    .min(1)
    .optional()
    .describe('User of the server’s access rules (ACL).')
    .register(optionKinds, { default: 'default' }),
  password: secretOption().optional().describe('Password of that user, or of the server.'),
  url: z
    .string()
    .register(optionKinds, {
      kind: 'url',
      expected: 'a URL such as redis://user:password@host:6379/0, or rediss:// for TLS',
    })
    .optional()
    .describe('All of the above in one: `redis://user:password@host:6379/0`, or `rediss://` for TLS.'),
  tls: z
    .union([
      z.boolean(),
      z.strictObject({
        ca: fileOption()
          .optional()
          .describe('Certificates that are trusted, as PEM. Default: those of Node.'),
        cert: fileOption().optional().describe('Certificate that we show, as PEM.'),
        key: fileOption().optional().describe('Its key, as PEM.'),
        servername: z.string().min(1).optional().describe('Name that the server’s certificate must bear.'),
      }),
    ])
    .optional()
    .describe('Encrypts the connection; the server’s certificate is verified.')
    .register(optionKinds, { default: false }),
  connectTimeout: durationOption()
    .optional()
    .describe('Bound on one attempt to connect, first answer included.')
    .register(optionKinds, { default: '5s' }),
  commandTimeout: durationOption()
    .optional()
    .describe('Bound on every call.')
    .register(optionKinds, { default: '1s' }),
  required: z
    .boolean()
    .optional()
    .describe('Fails the load when the server does not answer within `connectTimeout`.')
    .register(optionKinds, { default: false }),
};

/** What `connectionShape` gives. */
export type ConnectionOptions = z.output<z.ZodObject<typeof connectionShape>>;

/** Where a connection leads, with every default filled in. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls:
    | boolean
    | { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly servername?: string };
}

/** Says which options cannot stand together. */
export function checkConnectionOptions(options: ConnectionOptions, context: z.RefinementCtx): void {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (options.url !== undefined) {
    const parsed = parseUrl(options.url);
    if (parsed === undefined) {
      refuse('url', 'expected a URL such as redis://user:password@host:6379/0, or rediss:// for TLS');
      return;
    }
    for (const part of ['host', 'port', 'db'] as const) {
      if (options[part] !== undefined) refuse(part, `url says this already; expected one of url and ${part}`);
    }
    for (const part of ['username', 'password'] as const) {
      if (options[part] !== undefined && parsed[part] !== undefined) {
        refuse(part, `url says this already; expected one of the two`);
      }
    }
    if (options.tls === false && parsed.tls) refuse('tls', 'expected true or none, for url is rediss://');
  }
  const { username, password } = endpointOf(options);
  if (username !== undefined && !password) {
    // node-redis would leave out AUTH altogether, and everything would run as the default user.
    refuse(options.username === undefined ? 'url' : 'username', 'expected a password beside the user name');
  }
  if (
    typeof options.tls === 'object' &&
    (options.tls.cert === undefined) !== (options.tls.key === undefined)
  ) {
    refuse('tls', 'expected both cert and key, or none of them');
  }
}

/** Where options lead. They have passed `checkConnectionOptions`. */
export function endpointOf(options: ConnectionOptions): Endpoint {
  const parsed = options.url === undefined ? undefined : parseUrl(options.url);
  return {
    host: parsed?.host ?? options.host ?? 'localhost',
    port: parsed?.port ?? options.port ?? DEFAULT_PORT,
    db: parsed?.db ?? options.db ?? 0,
    username: parsed?.username ?? options.username,
    password: parsed?.password ?? options.password,
    tls: (options.tls as Endpoint['tls'] | undefined) ?? parsed?.tls ?? false,
  };
}

/** Which database this is, without credentials. */
export function databaseOf({ host, port, db, tls }: Endpoint): string {
  const address = host.includes(':') ? `[${host}]` : host;
  return `${tls === false ? 'redis' : 'rediss'}://${address}:${port}/${db}`;
}

/**
 * Options of the socket, certificates read.
 *
 * @throws {ConnectionError} `E_CONNECTION_REFUSED` when one cannot be read.
 */
export async function socketOptions({ host, port, tls }: Endpoint): Promise<Record<string, unknown>> {
  if (tls === false) return { host, port };
  if (tls === true) return { host, port, tls: true };
  const [ca, cert, key] = await Promise.all([read(tls.ca), read(tls.cert), read(tls.key)]);
  return {
    host,
    port,
    tls: true,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(tls.servername !== undefined && { servername: tls.servername }),
  };
}

async function read(path: string | undefined): Promise<Buffer | undefined> {
  try {
    return path === undefined ? undefined : await readFile(path);
  } catch (error) {
    const { code = 'unknown error' } = error as { code?: string };
    throw new ConnectionError('E_CONNECTION_REFUSED', `cannot read ${path} for TLS: ${code}`, 'not-sent');
  }
}

/** The parts of a URL; `undefined` for one that is not of Redis. */
function parseUrl(text: string) {
  try {
    const url = new URL(text);
    if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') return undefined;
    if (!/^\/?(\d{1,9})?$/.test(url.pathname) || url.search !== '' || url.hash !== '' || url.port === '0') {
      return undefined;
    }
    return {
      host: url.hostname === '' ? undefined : url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? undefined : Number(url.port),
      db: url.pathname.length > 1 ? Number(url.pathname.slice(1)) : undefined,
      username: url.username === '' ? undefined : decodeURIComponent(url.username),
      password: url.password === '' ? undefined : decodeURIComponent(url.password),
      tls: url.protocol === 'rediss:',
    };
  } catch {
    return undefined; // No URL, or none whose escapes are UTF-8.
  }
}
