import type { z } from 'zod';
import { parseHostPort } from '../endpoint.js';
import { type ConnectionOptions, TOPOLOGY_OPTIONS } from './connection-shape.js';
import { parseRedisUrl, urlRefusal } from './redis-url.js';

/** Texts that files of secrets and settings often supply with a line break at the end, which nobody means. */
const PLAIN_TEXTS = ['host', 'name', 'username', 'password', 'clientName'] as const;
const ENDS_IN_LINE_BREAK = /[\r\n]$/;

type Refuse = (path: string, message: string) => void;

/** Refuses options that conflict with each other, or that require others. */
export function checkConnectionOptions(options: ConnectionOptions, context: z.RefinementCtx): void {
  const refuse: Refuse = (path, message) => context.addIssue({ code: 'custom', path: [path], message });
  if (options.url !== undefined && parseRedisUrl(options.url) === undefined) {
    refuse('url', `expected ${urlRefusal(options.url)}`);
    return;
  }
  for (const option of PLAIN_TEXTS) {
    if (ENDS_IN_LINE_BREAK.test(options[option] ?? '')) {
      refuse(option, 'expected text without a line break at its end');
    }
  }
  checkHost(options, refuse);
  checkTopology(options, refuse);
  checkUrl(options, refuse);
  checkCredentials(options, refuse);
  checkTls(options, refuse);
  for (const [from, to] of Object.entries(options.natMap ?? {})) {
    if (parseHostPort(from) === undefined || parseHostPort(to) === undefined) {
      refuse('natMap', 'expected host:port on both sides');
    }
  }
}

/** A host that holds more than a host, as copied from a URL or from another client's settings. */
function checkHost({ host }: ConnectionOptions, refuse: Refuse): void {
  if (host === undefined || ENDS_IN_LINE_BREAK.test(host)) return;
  if (host.includes('://')) refuse('host', 'expected a host name, got a URL; use the option url');
  else if (/^[^:]*:\d+$|^\[.*\]:\d+$/.test(host)) {
    refuse('host', 'expected a host name, got one with a port; use the option port for it');
  } else if (/[\s\p{Cc}/@]/u.test(host)) {
    refuse('host', 'expected a host name without white space, "/" and "@"');
  }
}

function checkTopology(options: ConnectionOptions, refuse: Refuse): void {
  const { sentinels, name, nodes, cluster, db } = options;
  const isSentinel = sentinels !== undefined;
  const isCluster = nodes !== undefined;
  if (isSentinel && isCluster) refuse('nodes', 'conflicts with sentinels');
  if (isSentinel && name === undefined) refuse('sentinels', 'requires name, the name of the master');
  if (cluster === true && !isCluster) refuse('cluster', 'requires nodes');
  if (cluster === false && isCluster) refuse('cluster', 'false conflicts with nodes');
  if (isCluster && db) refuse('db', 'expected 0 or no value: a cluster has only database 0');
  if (isSentinel || isCluster) {
    for (const key of TOPOLOGY_OPTIONS.standalone) {
      if (given(options, key)) refuse(key, `conflicts with ${isSentinel ? 'sentinels' : 'nodes'}`);
    }
  }
  for (const [option, needed, isThere] of [
    ...TOPOLOGY_OPTIONS.sentinel.slice(1).map((key) => [key, 'sentinels', isSentinel] as const),
    ['readFrom', 'nodes', isCluster] as const,
    ['natMap', 'sentinels or nodes', isSentinel || isCluster] as const,
    ['configSession', 'config', options.config !== undefined] as const,
  ]) {
    if (!isThere && given(options, option)) refuse(option, `requires ${needed}`);
  }
  for (const other of ['host', 'port', 'tls'] as const) {
    if (options.path !== undefined && given(options, other) && options[other] !== false) {
      refuse(other, 'conflicts with path');
    }
  }
}

function checkUrl(options: ConnectionOptions, refuse: Refuse): void {
  const parsed = options.url === undefined ? undefined : parseRedisUrl(options.url);
  if (parsed === undefined) return;
  for (const part of ['host', 'port', 'path', 'db'] as const) {
    if (options[part] !== undefined) refuse(part, `conflicts with url; give only one of url and ${part}`);
  }
  for (const part of ['username', 'password'] as const) {
    if (options[part] !== undefined && parsed[part] !== undefined) {
      refuse(part, 'conflicts with url, which already contains one');
    }
  }
  if (options.tls === false && parsed.tls)
    refuse('tls', 'false conflicts with a url that begins with rediss://');
  if (parsed.path !== undefined && options.tls === true) refuse('tls', 'conflicts with a Unix socket');
}

/** Without a password, node-redis would leave out AUTH, and everything would run as the default user. */
function checkCredentials(options: ConnectionOptions, refuse: Refuse): void {
  const parsed = options.url === undefined ? undefined : parseRedisUrl(options.url);
  const username = options.username ?? parsed?.username;
  const password = options.password ?? parsed?.password;
  if (options.credentials !== undefined) {
    const other = password !== undefined ? 'password' : username !== undefined ? 'username' : undefined;
    if (other !== undefined) {
      refuse(
        options[other] === undefined ? 'url' : other,
        'conflicts with credentials, which supplies user name and password',
      );
    }
    return;
  }
  // The environment or a session may still supply it.
  const isOpen = Boolean(options.fromEnv) || options.config !== undefined;
  if (username !== undefined && !password && !isOpen) {
    refuse(options.username === undefined ? 'url' : 'username', 'a user name requires a password');
  }
  if (options.sentinelUsername !== undefined && !options.sentinelPassword) {
    refuse('sentinelUsername', 'requires sentinelPassword');
  }
}

function checkTls({ tls }: ConnectionOptions, refuse: Refuse): void {
  if (typeof tls !== 'object') return;
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    refuse('tls', 'cert and key require each other');
  }
  if (tls.passphrase !== undefined && tls.key === undefined) {
    refuse('tls', 'passphrase requires key');
  }
  if (tls.insecure === true && tls.ca !== undefined) {
    refuse('tls', 'insecure conflicts with ca');
  }
}

function given(options: ConnectionOptions, key: string): boolean {
  return options[key as keyof ConnectionOptions] !== undefined;
}
