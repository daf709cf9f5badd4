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

const PROTOCOLS = new Set(['redis:', 'rediss:', 'unix:']);

/** Parses a URL; `undefined` for one that is not a URL of Redis. */
export function parseRedisUrl(text: string): UrlParts | undefined {
  try {
    const url = new URL(text);
    if (!PROTOCOLS.has(url.protocol) || url.hash !== '' || url.port === '0') return undefined;
    const credentials = {
      username: url.username === '' ? undefined : decodeURIComponent(url.username),
      password: url.password === '' ? undefined : decodeURIComponent(url.password),
    };
    return url.protocol === 'unix:' ? socketParts(url, credentials) : serverParts(url, credentials);
  } catch {
    return undefined; // Not a URL, or its escapes are not UTF-8.
  }
}

type UrlCredentials = Pick<UrlParts, 'username' | 'password'>;

function serverParts(url: URL, credentials: UrlCredentials): UrlParts | undefined {
  if (!/^\/?(\d{1,9})?$/.test(url.pathname) || url.search !== '') return undefined;
  return {
    host: url.hostname === '' ? undefined : url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? undefined : Number(url.port),
    path: undefined,
    db: url.pathname.length > 1 ? Number(url.pathname.slice(1)) : undefined,
    ...credentials,
    tls: url.protocol === 'rediss:',
  };
}

/** A URL of this kind has credentials only in front of a host: `unix://user:password@localhost/path`. */
function socketParts(url: URL, credentials: UrlCredentials): UrlParts | undefined {
  if (url.hostname !== '' && url.hostname !== 'localhost') return undefined;
  if (url.pathname.length < 2 || !/^(?:\?db=\d{1,9})?$/.test(url.search)) return undefined;
  return {
    host: undefined,
    port: undefined,
    path: decodeURIComponent(url.pathname),
    db: url.search === '' ? undefined : Number(url.search.slice('?db='.length)),
    ...credentials,
    tls: false,
  };
}
