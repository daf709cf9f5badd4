import type { z } from 'zod';
import { parseHostPort } from '../endpoint.js';
import { type ConnectionOptions, TOPOLOGY_OPTIONS } from './connection-shape.js';
import { parseRedisUrl, URL_EXPECTED } from './redis-url.js';

type Refuse = (path: string, message: string) => void;

/** Says which options cannot stand together. */
export function checkConnectionOptions(options: ConnectionOptions, context: z.RefinementCtx): void {
  const refuse: Refuse = (path, message) => context.addIssue({ code: 'custom', path: [path], message });
  if (options.url !== undefined && parseRedisUrl(options.url) === undefined) {
    refuse('url', `expected ${URL_EXPECTED}`);
    return;
  }
  checkTopology(options, refuse);
  checkUrl(options, refuse);
  checkCredentials(options, refuse);
  checkTls(options, refuse);
  for (const [from, to] of Object.entries(options.natMap ?? {})) {
    if (parseHostPort(from) === undefined || parseHostPort(to) === undefined) {
      refuse('natMap', 'expected addresses as host:port on both sides');
    }
  }
}

function checkTopology(options: ConnectionOptions, refuse: Refuse): void {
  const { sentinels, name, nodes, cluster, db } = options;
  const isSentinel = sentinels !== undefined;
  const isCluster = nodes !== undefined;
  if (isSentinel && isCluster) refuse('nodes', 'expected one of sentinels and nodes');
  if (isSentinel && name === undefined) refuse('sentinels', 'expected name beside them: which master it is');
  if (cluster === true && !isCluster) refuse('cluster', 'expected nodes beside it, to begin with');
  if (cluster === false && isCluster) refuse('cluster', 'expected true or none, for there are nodes');
  if (isCluster && db) refuse('db', 'expected none or 0: a cluster has one database');
  if (isSentinel || isCluster) {
    for (const key of TOPOLOGY_OPTIONS.standalone) {
      if (given(options, key)) refuse(key, `expected none beside ${isSentinel ? 'sentinels' : 'nodes'}`);
    }
  }
  for (const [option, needed, isThere] of [
    ...TOPOLOGY_OPTIONS.sentinel.slice(1).map((key) => [key, 'sentinels', isSentinel] as const),
    ['readFrom', 'nodes', isCluster] as const,
    ['natMap', 'sentinels or nodes', isSentinel || isCluster] as const,
    ['configSession', 'config', options.config !== undefined] as const,
  ]) {
    if (!isThere && given(options, option)) refuse(option, `expected ${needed} beside it`);
  }
  for (const other of ['host', 'port', 'tls'] as const) {
    if (options.path !== undefined && given(options, other) && options[other] !== false) {
      refuse(other, 'expected none beside path');
    }
  }
}

function checkUrl(options: ConnectionOptions, refuse: Refuse): void {
  const parsed = options.url === undefined ? undefined : parseRedisUrl(options.url);
  if (parsed === undefined) return;
  for (const part of ['host', 'port', 'path', 'db'] as const) {
    if (options[part] !== undefined) refuse(part, `url says this already; expected one of url and ${part}`);
  }
  for (const part of ['username', 'password'] as const) {
    if (options[part] !== undefined && parsed[part] !== undefined) {
      refuse(part, 'url says this already; expected one of the two');
    }
  }
  if (options.tls === false && parsed.tls) refuse('tls', 'expected true or none, for url is rediss://');
  if (parsed.path !== undefined && options.tls) refuse('tls', 'expected none beside a Unix socket');
}

/** node-redis would leave out AUTH for a user without a password, and everything would run as the default user. */
function checkCredentials(options: ConnectionOptions, refuse: Refuse): void {
  const parsed = options.url === undefined ? undefined : parseRedisUrl(options.url);
  const username = options.username ?? parsed?.username;
  const password = options.password ?? parsed?.password;
  if (options.credentials !== undefined) {
    const other = password !== undefined ? 'password' : username !== undefined ? 'username' : undefined;
    if (other !== undefined) {
      refuse(options[other] === undefined ? 'url' : other, 'expected none beside credentials, which says it');
    }
    return;
  }
  // The environment, or a session, may still have it.
  const isOpen = Boolean(options.fromEnv) || options.config !== undefined;
  if (username !== undefined && !password && !isOpen) {
    refuse(options.username === undefined ? 'url' : 'username', 'expected a password beside the user name');
  }
  if (options.sentinelUsername !== undefined && !options.sentinelPassword) {
    refuse('sentinelUsername', 'expected sentinelPassword beside the user name');
  }
}

function checkTls({ tls }: ConnectionOptions, refuse: Refuse): void {
  if (typeof tls !== 'object') return;
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    refuse('tls', 'expected both cert and key, or none of them');
  }
  if (tls.insecure === true && tls.ca !== undefined) {
    refuse('tls', 'expected one of ca and insecure: an authority is there to be checked against');
  }
}

function given(options: ConnectionOptions, key: string): boolean {
  return options[key as keyof ConnectionOptions] !== undefined;
}
