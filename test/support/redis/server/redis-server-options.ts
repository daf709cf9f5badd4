import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Options of a server; all are optional. */
export interface RedisServerOptions {
  /** Password of the default user. */
  readonly password?: string;
  /** Lines of an ACL file, such as `user app on >secret ~app:* +@all`. */
  readonly users?: readonly string[];
  /** As whom the test itself logs in (`cli`, `connect`); default: the default user, with `password`. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Cluster mode; this one node then serves all slots. `slots: false` leaves them to the builder of the cluster. */
  readonly cluster?: boolean | { readonly slots: false };
  /** Lines of the configuration of a Sentinel, such as `sentinel monitor …`; the server then is one. */
  readonly sentinel?: readonly string[];
  /** Keeps the output of CONFIG REWRITE across restarts. A Sentinel always does so. */
  readonly keepsConfig?: boolean;
  /** Such as `2mb`. */
  readonly maxmemory?: string;
  /** Serves TLS, and nothing else. Paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Serves a Unix socket too, at `path`. */
  readonly unixSocket?: boolean;
  /** Further arguments, such as `['--maxclients', '3']`. */
  readonly args?: readonly string[];
}

/** Place of a server. */
export interface RedisPlace {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
}

/** Arguments of `redis-server`; writes the files that they name, if these do not exist yet. */
export function redisArguments(place: RedisPlace, options: RedisServerOptions): string[] {
  const { cluster, sentinel, keepsConfig, args = [] } = options;
  const words = ['--bind', place.host, '--dir', place.folder, ...tlsArguments(place.port, options)];
  if (options.password !== undefined) words.push('--requirepass', options.password);
  if (options.unixSocket) words.push('--unixsocket', join(place.folder, 'redis.sock'));
  if (sentinel === undefined) words.push(...dataArguments(place.folder, options));
  if (cluster) words.push('--cluster-enabled', 'yes');
  words.push(...args);
  if (sentinel === undefined && !keepsConfig) return words;
  const file = join(place.folder, 'redis.conf');
  // A Sentinel saves its state in this file, and a node the address of its master.
  if (!existsSync(file)) writeFileSync(file, `${[...linesOf(words), ...(sentinel ?? [])].join('\n')}\n`);
  return sentinel === undefined ? [file] : [file, '--sentinel'];
}

/** Bus port of a cluster node, as Redis 6.2 has it: above all ports of `freePort`, and below the ephemeral range. */
export function busPort(port: number): number {
  return port + 10_000;
}

function tlsArguments(port: number, { tls, args = [] }: RedisServerOptions): string[] {
  if (tls === undefined) return ['--port', String(port)];
  const words = ['--port', '0', '--tls-port', String(port)];
  words.push('--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-ca-cert-file', tls.ca);
  if (!args.includes('--tls-auth-clients')) words.push('--tls-auth-clients', 'no');
  return words;
}

function dataArguments(folder: string, { users, maxmemory, args = [] }: RedisServerOptions): string[] {
  const words = ['--appendonly', 'no'];
  if (!args.includes('--save')) words.push('--save', '');
  if (users !== undefined) {
    const file = join(folder, 'users.acl');
    writeFileSync(file, `${users.join('\n')}\n`);
    words.push('--aclfile', file);
  }
  if (maxmemory !== undefined) words.push('--maxmemory', maxmemory);
  return words;
}

/** Arguments as lines of a configuration file. */
function linesOf(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    if (word.startsWith('--')) lines.push(word.slice(2));
    else lines.push(`${lines.pop()} ${JSON.stringify(word)}`);
  }
  return lines;
}
