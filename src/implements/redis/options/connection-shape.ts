import { z } from 'zod';
import type { IConfig } from '../../../interfaces/config.js';
import type { ICredentialsProvider } from '../../../interfaces/credentials-provider.js';
import { durationOption } from '../../foundation/options/duration.js';
import { optionKinds } from '../../foundation/options/kinds.js';
import { pemOption } from '../../foundation/options/pem.js';
import { sizeOption } from '../../foundation/options/size.js';
import { referenceOption, secretOption } from '../../foundation/options/text.js';
import { URL_EXPECTED } from './redis-url.js';

export const REDIS_PORT = 6379;
export const SENTINEL_PORT = 26_379;

const portOption = (port: number) =>
  z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('Port of the server.')
    .register(optionKinds, { default: port });

const hostPort = (port: number) =>
  z.strictObject({
    host: z.string().min(1).describe('Host name or address of the server.'),
    port: portOption(port),
  });

const tlsShape = {
  ca: pemOption().optional().describe('Trusted CA certificates. Default: those of Node.'),
  cert: pemOption().optional().describe('Client certificate. Requires `key`.'),
  key: pemOption().optional().describe('Private key of the client certificate. Requires `cert`.'),
  passphrase: secretOption().optional().describe('Passphrase of `key`.'),
  servername: z.string().min(1).optional().describe('Name that the server’s certificate must contain.'),
  insecure: z
    .boolean()
    .optional()
    .describe(
      'Accepts any certificate, and logs a warning: an attacker on the network can read the traffic and pose as the server.',
    )
    .register(optionKinds, { default: false }),
};

/** Options of a single server. */
const standalone = {
  host: z
    .string()
    .min(1)
    .optional()
    .describe('Host name or address of the server.')
    .register(optionKinds, { default: 'localhost' }),
  port: portOption(REDIS_PORT),
  path: z
    .string()
    .min(1)
    .optional()
    .describe('Path of a Unix socket. Conflicts with `host`, `port` and `tls`.'),
  url: z
    .string()
    .register(optionKinds, { kind: 'url', expected: URL_EXPECTED })
    .optional()
    .describe(
      'URL of server, database and credentials: `redis://user:password@host:6379/0`, `rediss://` for TLS, or `unix:///path?db=0`.',
    ),
};

/** Options of Sentinels and the master that they watch. */
const sentinel = {
  sentinels: z
    .array(hostPort(SENTINEL_PORT))
    .min(1)
    .optional()
    .describe(
      'Sentinels, which name the current master. All are asked, and the newest answer wins. Requires `name`.',
    ),
  name: z.string().min(1).optional().describe('Name of the master in the configuration of the Sentinels.'),
  sentinelUsername: z
    .string()
    .min(1)
    .optional()
    .describe('ACL user on the Sentinels. Requires `sentinelPassword`.'),
  sentinelPassword: secretOption().optional().describe('Password for the Sentinels.'),
  sentinelTls: z
    .boolean()
    .optional()
    .describe('Applies `tls` to the Sentinels. Default: the same as for the server.'),
};

/** Options of a cluster. */
const cluster = {
  cluster: z
    .boolean()
    .optional()
    .describe('Connects to a cluster. Requires `nodes`. Default: `true` when `nodes` are given.'),
  nodes: z
    .array(hostPort(REDIS_PORT))
    .min(1)
    .optional()
    .describe('Seed nodes of a cluster; the other nodes are discovered.'),
  readFrom: z
    .enum(['master', 'replica'])
    .optional()
    .describe('Nodes that answer the reads of caches on a cluster; replicas may return outdated values.')
    .register(optionKinds, { default: 'master' }),
};

/** Credentials, encryption and client name. */
const access = {
  db: z.int().min(0).optional().describe('Database number.').register(optionKinds, { default: 0 }),
  username: z
    .string()
    .min(1)
    .optional()
    .describe('ACL user on the server.')
    .register(optionKinds, { default: 'default' }),
  password: secretOption().optional().describe('Password of that user, or of the server.'),
  credentials: referenceOption('ICredentialsProvider')
    .optional()
    .describe(
      'Supplies user and password at every connection attempt. Conflicts with `username` and `password`.',
    ),
  tls: z
    .union([z.boolean(), z.strictObject(tlsShape)])
    .optional()
    .describe('Encrypts the connection and verifies the server’s certificate.')
    .register(optionKinds, { default: false }),
  natMap: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Addresses announced by a cluster or by Sentinels, mapped to reachable ones: `10.0.0.1:6379: localhost:7001`.',
    ),
  clientName: z
    .string()
    .regex(/^[!-~]+$/, 'expected a name without spaces')
    .optional()
    .describe('Name of the connections in CLIENT LIST.')
    .register(optionKinds, { default: 'inversify-cache' }),
};

const bounds = {
  connectTimeout: durationOption()
    .optional()
    .describe(
      'Maximum duration of a connection attempt, including the first reply; loading the driver and blocking the event loop do not count.',
    )
    .register(optionKinds, { default: '5s' }),
  commandTimeout: durationOption()
    .optional()
    .describe('Deadline of each call.')
    .register(optionKinds, { default: '1s' }),
  maxInFlight: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Maximum number of calls in flight on one connection; further calls wait, in their order, within their timeout and `maxWaitingBytes`.',
    )
    .register(optionKinds, { default: 10_000 }),
  maxWaitingBytes: sizeOption()
    .optional()
    .describe(
      'Maximum memory of the calls that wait on one connection for room in flight, or for a lost link to come back: their words, and 1 KiB for each; further calls are refused, unsent.',
    )
    .register(optionKinds, { default: '64MiB' }),
  dataConnections: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('Number of connections to a server that take commands in turn; one is usually fastest.')
    .register(optionKinds, { default: 1 }),
  maxConnections: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Maximum number of connections to one server for transactions and blocking calls; further calls wait for a free one.',
    )
    .register(optionKinds, { default: 50 }),
  required: z
    .boolean()
    .optional()
    .describe('Fails the load when the server does not answer within `connectTimeout`.')
    .register(optionKinds, { default: false }),
  fromEnv: z
    .union([
      z.boolean(),
      z.string().regex(/^[A-Z][A-Z0-9_]*_$/, 'expected true, or a prefix such as CACHE_REDIS_'),
    ])
    .optional()
    .describe(
      'Reads undeclared options from `REDIS_URL`, `REDIS_HOST` …; a string replaces the prefix `REDIS_`.',
    )
    .register(optionKinds, { expected: 'true, false, or a prefix such as CACHE_REDIS_', default: false }),
  config: referenceOption('IConfig')
    .optional()
    .describe('Supplies undeclared options from a session; overrides the environment.'),
  configSession: z
    .string()
    .min(1)
    .optional()
    .describe('Name of the session in `config`.')
    .register(optionKinds, { default: 'redis' }),
};

/** Target, credentials and limits of a connection: the same for a shared connection and for the own one of a cache. */
export const connectionShape = { ...standalone, ...sentinel, ...cluster, ...access, ...bounds };

/** Parsed options of `connectionShape`. */
export type ConnectionOptions = z.output<z.ZodObject<typeof connectionShape>>;

/** `ConnectionOptions` with the components themselves in place of their names. */
export type ResolvedConnection = Omit<ConnectionOptions, 'credentials' | 'config'> & {
  readonly credentials?: ICredentialsProvider | undefined;
  readonly config?: IConfig | undefined;
};

/** Names of the options of each kind of target. A declaration uses one kind. */
export const TOPOLOGY_OPTIONS = {
  standalone: Object.keys(standalone),
  sentinel: Object.keys(sentinel),
  cluster: Object.keys(cluster),
} as const;
