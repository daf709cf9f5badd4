import {
  type Access,
  type Address,
  addressText,
  type Endpoint,
  type HostPort,
  parseHostPort,
  type TlsOptions,
} from '../endpoint.js';
import { CONNECTION_DEFAULTS } from '../options/connection-defaults.js';
import { REDIS_PORT, type ResolvedConnection, SENTINEL_PORT } from '../options/connection-shape.js';
import { parseRedisUrl, tlsBeside } from '../options/redis-url.js';

/** Target of a connection, as declared. */
export type Target =
  | { readonly mode: 'standalone'; readonly endpoint: Endpoint }
  | {
      readonly mode: 'sentinel';
      readonly sentinels: readonly Endpoint[];
      readonly name: string;
      readonly db: number;
      readonly access: Access;
      readonly natMap: NatMap;
    }
  | {
      readonly mode: 'cluster';
      readonly nodes: readonly HostPort[];
      readonly access: Access;
      readonly natMap: NatMap;
      readonly readFrom: 'master' | 'replica';
    };

/** Target that is a cluster. */
export type ClusterTarget = Extract<Target, { mode: 'cluster' }>;

/** Translates an address that a server reports into one that is reachable from here. */
export type NatMap = (address: HostPort) => HostPort;

/** Target of options that have passed `checkConnectionOptions`. */
export function targetOf(options: ResolvedConnection): Target {
  const parsed = options.url === undefined ? undefined : parseRedisUrl(options.url);
  const tls = tlsOf(tlsBeside(parsed, options.tls));
  const clientName = options.clientName ?? CONNECTION_DEFAULTS.clientName;
  const access: Access = {
    username: options.username ?? parsed?.username,
    password: (options.password ?? parsed?.password) || undefined,
    provider: options.credentials,
    tls,
    clientName,
  };
  const db = options.db ?? parsed?.db ?? CONNECTION_DEFAULTS.db;
  const natMap = natMapOf(options.natMap);
  if (options.sentinels !== undefined) {
    const { sentinelUsername: username, sentinelTls = true } = options;
    const password = options.sentinelPassword || undefined;
    const own: Access = {
      username,
      password,
      provider: undefined,
      tls: sentinelTls ? tls : undefined,
      clientName,
    };
    const sentinels = options.sentinels.map(({ host, port = SENTINEL_PORT }) => ({
      address: { host, port },
      db: 0,
      access: own,
    }));
    return { mode: 'sentinel', sentinels, name: options.name ?? '', db, access, natMap };
  }
  if (options.nodes !== undefined) {
    const nodes = options.nodes.map(({ host, port = REDIS_PORT }) => ({ host, port }));
    return {
      mode: 'cluster',
      nodes,
      access,
      natMap,
      readFrom: options.readFrom ?? CONNECTION_DEFAULTS.readFrom,
    };
  }
  const path = options.path ?? parsed?.path;
  const address =
    path === undefined
      ? {
          host: parsed?.host ?? options.host ?? CONNECTION_DEFAULTS.host,
          port: parsed?.port ?? options.port ?? CONNECTION_DEFAULTS.port,
        }
      : { path };
  return { mode: 'standalone', endpoint: { address, db, access } };
}

/** Access to the servers of a target; with Sentinels, to the master. */
export function accessOf(target: Target): Access {
  return target.mode === 'standalone' ? target.endpoint.access : target.access;
}

/** Warning about a connection that is less safe than its declaration may look. */
export function tlsWarning(
  declared: boolean | TlsOptions | undefined,
  used: TlsOptions | undefined,
): string | undefined {
  if (used?.insecure === true) return 'certificates are not verified (tls.insecure)';
  if (typeof declared !== 'object' || used !== undefined) return undefined;
  return 'not encrypted, because of the scheme of its URL; the options under tls apply to rediss://';
}

/** Number of the database; a cluster has only one. */
export function dbOf(target: Target): number {
  if (target.mode === 'cluster') return 0;
  return target.mode === 'sentinel' ? target.db : target.endpoint.db;
}

/** URL of the database, without credentials. */
export function databaseOf(target: Target): string {
  switch (target.mode) {
    case 'sentinel':
      return `redis-sentinel://${list(target.sentinels.map(({ address }) => address))}/${target.name}/${target.db}`;
    case 'cluster':
      return `redis-cluster://${list(target.nodes)}/0`;
    default: {
      const { address, db, access } = target.endpoint;
      if ('path' in address) return `unix://${address.path}?db=${db}`;
      return `${access.tls === undefined ? 'redis' : 'rediss'}://${addressText(address)}/${db}`;
    }
  }
}

function list(addresses: readonly Address[]): string {
  return addresses.map(addressText).sort().join(',');
}

function tlsOf(tls: boolean | TlsOptions | undefined): TlsOptions | undefined {
  return typeof tls === 'object' ? tls : tls === true ? {} : undefined;
}

function natMapOf(natMap: Readonly<Record<string, string>> | undefined): NatMap {
  if (natMap === undefined) return (address) => address;
  return (address) => {
    const mapped = natMap[addressText(address)];
    return (mapped === undefined ? undefined : parseHostPort(mapped)) ?? address;
  };
}
