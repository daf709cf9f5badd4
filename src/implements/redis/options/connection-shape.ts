import { z } from 'zod';
import type { IConfig } from '../../../interfaces/config.js';
import type { ICredentialsProvider } from '../../../interfaces/credentials-provider.js';
import { durationOption } from '../../foundation/options/duration.js';
import { optionKinds } from '../../foundation/options/kinds.js';
import { fileOption, referenceOption, secretOption } from '../../foundation/options/text.js';
import { URL_EXPECTED } from './redis-url.js';

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
    host: z.string().min(1).describe('Name or address of the server.'),
    port: portOption(port),
  });

const tlsShape = {
  ca: fileOption().optional().describe('Certificates that are trusted, as PEM. Default: those of Node.'),
  cert: fileOption().optional().describe('Certificate that we show, as PEM.'),
  key: fileOption().optional().describe('Its key, as PEM.'),
  servername: z.string().min(1).optional().describe('Name that the server’s certificate must bear.'),
  insecure: z
    .boolean()
    .optional()
    .describe('Takes any certificate, and warns: whoever is in between can read and answer.')
    .register(optionKinds, { default: false }),
};

/** Which server. */
const standalone = {
  host: z
    .string()
    .min(1)
    .optional()
    .describe('Name or address of the server.')
    .register(optionKinds, { default: 'localhost' }),
  port: portOption(6379),
  path: z.string().min(1).optional().describe('Path of a Unix socket, in place of host and port.'),
  url: z
    .string()
    .register(optionKinds, { kind: 'url', expected: URL_EXPECTED })
    .optional()
    .describe(
      'Server, database and credentials in one: `redis://user:password@host:6379/0`, `rediss://` for TLS, or `unix:///path?db=0`.',
    ),
};

/** Which Sentinels, and the master of which name. */
const sentinel = {
  sentinels: z
    .array(hostPort(26_379))
    .min(1)
    .optional()
    .describe('Sentinels, which say where the master is; all are asked, and the newest answer counts.'),
  name: z.string().min(1).optional().describe('Name of the master, as the Sentinels know it.'),
  sentinelUsername: z.string().min(1).optional().describe('User of the Sentinels’ access rules.'),
  sentinelPassword: secretOption().optional().describe('Password of the Sentinels.'),
  sentinelTls: z
    .boolean()
    .optional()
    .describe('Whether `tls` applies to the Sentinels too. Default: as it does to the server.'),
};

/** Which cluster. */
const cluster = {
  cluster: z
    .boolean()
    .optional()
    .describe('Says that `nodes` are of a cluster. Default: where there are `nodes`.'),
  nodes: z
    .array(hostPort(6379))
    .min(1)
    .optional()
    .describe('Nodes of a cluster to begin with; the others are learned from them.'),
  readFrom: z
    .enum(['master', 'replica'])
    .optional()
    .describe('Who answers reads of caches on a cluster; what a replica says may be old.')
    .register(optionKinds, { default: 'master' }),
};

/** As whom, and how the way there is secured. */
const access = {
  db: z.int().min(0).optional().describe('Number of the database.').register(optionKinds, { default: 0 }),
  username: z
    .string()
    .min(1)
    .optional()
    .describe('User of the server’s access rules (ACL).')
    .register(optionKinds, { default: 'default' }),
  password: secretOption().optional().describe('Password of that user, or of the server.'),
  credentials: referenceOption('ICredentialsProvider')
    .optional()
    .describe('Who is asked for user and password at every attempt to connect, in place of the two above.'),
  tls: z
    .union([z.boolean(), z.strictObject(tlsShape)])
    .optional()
    .describe('Encrypts the connection; the server’s certificate is verified.')
    .register(optionKinds, { default: false }),
  natMap: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Addresses that cluster or Sentinels name, and where those are reached: `10.0.0.1:6379: localhost:7001`.',
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
    .describe('Bound on one attempt to connect, first answer included.')
    .register(optionKinds, { default: '5s' }),
  commandTimeout: durationOption()
    .optional()
    .describe('Bound on every call.')
    .register(optionKinds, { default: '1s' }),
  maxInFlight: z
    .int()
    .min(1)
    .optional()
    .describe('Calls that may wait for their replies at once, on one connection; more are refused, unsent.')
    .register(optionKinds, { default: 10_000 }),
  dataConnections: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('Connections that share the commands of a server in turn; one is mostly the fastest.')
    .register(optionKinds, { default: 1 }),
  maxConnections: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Connections to one server for transactions and blocking calls at most; more calls wait for a free one.',
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
    .describe('Takes what is not declared from `REDIS_URL`, `REDIS_HOST` …; a text replaces `REDIS_`.')
    .register(optionKinds, { default: false }),
  config: referenceOption('IConfig')
    .optional()
    .describe('Whose session says what is not declared; it wins over the environment.'),
  configSession: z
    .string()
    .min(1)
    .optional()
    .describe('Name of that session.')
    .register(optionKinds, { default: 'redis' }),
};

/** Which Redis, as whom, and how long to wait for it: the same for a connection and for a cache with one of its own. */
export const connectionShape = { ...standalone, ...sentinel, ...cluster, ...access, ...bounds };

/** What `connectionShape` gives. */
export type ConnectionOptions = z.output<z.ZodObject<typeof connectionShape>>;

/** `ConnectionOptions` with the components themselves in place of their names. */
export type ResolvedConnection = Omit<ConnectionOptions, 'credentials' | 'config'> & {
  readonly credentials?: ICredentialsProvider | undefined;
  readonly config?: IConfig | undefined;
};

/** What each way to name a server says, of which a declaration has one. */
export const TOPOLOGY_OPTIONS = {
  standalone: Object.keys(standalone),
  sentinel: Object.keys(sentinel),
  cluster: Object.keys(cluster),
} as const;
