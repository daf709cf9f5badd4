/** Parts of a URL; `undefined` for parts that it leaves out. */
export interface UrlParts {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly path: string | undefined;
  readonly db: number | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

/** Description of a valid URL, for messages. */
export const URL_EXPECTED =
  'a URL such as redis://user:password@host:6379/0, rediss:// for TLS, or unix:///path?db=0';

/** Schemes as providers and other clients write them, and whether they ask for TLS. */
const SCHEMES: Readonly<Record<string, boolean>> = {
  'redis:': false,
  'valkey:': false,
  'tcp:': false,
  'rediss:': true,
  'valkeys:': true,
  'unix:': false,
};
const KNOWN_SCHEMES = 'redis, rediss, valkey, valkeys, tcp and unix';
const ENCODE = 'percent-encode special characters of user name and password, such as %23 for # and %2F for /';
const WRONG_PORT = 'its port is no number from 1 to 65535';

type UrlCredentials = Pick<UrlParts, 'username' | 'password'>;

/** Parses a URL; `undefined` for one that is not a URL of Redis. */
export function parseRedisUrl(text: string): UrlParts | undefined {
  const read = readUrl(text);
  return typeof read === 'string' ? undefined : read;
}

/**
 * Setting `tls` beside the URL of a server: a map says how to encrypt, and the scheme says whether, so that one
 * declaration serves `redis://` in development and `rediss://` in production.
 */
export function tlsBeside<Tls extends object>(
  url: { readonly tls?: boolean | undefined } | undefined,
  tls: boolean | Tls | undefined,
): boolean | Tls | undefined {
  if (typeof tls === 'object') return url?.tls === false ? false : tls;
  return tls ?? url?.tls;
}

/** Names the part for which a URL is refused, and the remedy, without quoting it. */
export function urlRefusal(text: string): string {
  const read = readUrl(text);
  return typeof read === 'string' ? `${URL_EXPECTED}; ${read}` : URL_EXPECTED;
}

/** @returns The parts, or what is wrong with one of them. */
function readUrl(text: string): UrlParts | string {
  if (/[\s\p{Cc}]/u.test(text)) return 'it contains white space or a line break';
  const scheme = /^[a-z][\w+.-]*:/i.exec(text)?.[0].toLowerCase();
  if (scheme === undefined || !Object.hasOwn(SCHEMES, scheme))
    return `its scheme is none of ${KNOWN_SCHEMES}`;
  if (text.includes('#')) return `it contains a #; ${ENCODE}`;
  if (/[/?].*@/.test(text.replace(/^[^:]*:\/\//, '')) && scheme !== 'unix:')
    return `an @ follows its path; ${ENCODE}`;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return hasWrongPort(text) ? WRONG_PORT : ENCODE;
  }
  if (url.port === '0') return WRONG_PORT;
  let credentials: UrlCredentials;
  try {
    credentials = {
      username: url.username === '' ? undefined : decodeURIComponent(url.username),
      password: url.password === '' ? undefined : decodeURIComponent(url.password),
    };
  } catch {
    return `it contains a % that begins no escape; ${ENCODE}`;
  }
  return scheme === 'unix:' ? socketParts(url, credentials) : serverParts(url, credentials);
}

function hasWrongPort(text: string): boolean {
  const [authority = ''] = text.slice(text.indexOf('://') + 3).split(/[/?#]/, 1);
  const port = /:([^:\]]*)$/.exec(authority.slice(authority.lastIndexOf('@') + 1))?.[1];
  return port !== undefined && port !== '' && !(/^\d+$/.test(port) && Number(port) <= 65_535);
}

function serverParts(url: URL, credentials: UrlCredentials): UrlParts | string {
  const database = /^(?:\/(\d{1,9})?\/?)?$/.exec(url.pathname);
  if (database === null) return 'its path is no database number';
  const query = serverQuery(url);
  if (typeof query === 'string') return query;
  const [, path] = database;
  if (path !== undefined && query.db !== undefined) return 'its path and its query both name a database';
  return {
    host: url.hostname === '' ? undefined : decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? undefined : Number(url.port),
    path: undefined,
    db: path === undefined ? query.db : Number(path),
    ...credentials,
    tls: SCHEMES[url.protocol] === true,
  };
}

/** Reads `db`, and accepts settings that ask for what happens anyway. */
function serverQuery({ searchParams }: URL): { readonly db: number | undefined } | string {
  let db: number | undefined;
  for (const [name, value] of searchParams) {
    if (name === 'db' && /^\d{1,9}$/.test(value) && db === undefined) db = Number(value);
    else if (name === 'ssl_cert_reqs' && value !== 'required' && value !== 'CERT_REQUIRED') {
      return 'its query sets ssl_cert_reqs; to accept any certificate, declare tls: { insecure: true }';
    } else if (name !== 'ssl_cert_reqs' && !(name === 'family' && value === '0')) {
      return 'its query sets something other than db; declare it as an option';
    }
  }
  return { db };
}

/** A URL of this kind has credentials only in front of a host: `unix://user:password@localhost/path`. */
function socketParts(url: URL, credentials: UrlCredentials): UrlParts | string {
  if (url.hostname !== '' && url.hostname !== 'localhost') return 'it names a host; write unix:///path';
  if (url.pathname.length < 2) return 'it has no path';
  if (!/^(?:\?db=\d{1,9})?$/.test(url.search)) return 'its query sets something other than db';
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return 'its path contains a % that begins no escape';
  }
  return {
    host: undefined,
    port: undefined,
    path,
    db: url.search === '' ? undefined : Number(url.search.slice('?db='.length)),
    ...credentials,
    tls: false,
  };
}
