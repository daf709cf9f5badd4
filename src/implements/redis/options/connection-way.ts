import type { z } from 'zod';
import type { ICredentialsProvider } from '../../../interfaces/credentials-provider.js';
import type { connectionShape } from './connection-shape.js';

/** Every option of a connection, as it is written in a file. */
export type WrittenConnection = z.input<z.ZodObject<typeof connectionShape>>;

/** Says where Redis is, and how to get there. */
type WayOption =
  | ('host' | 'port' | 'path' | 'url' | 'db' | 'tls')
  | ('sentinels' | 'name' | 'sentinelUsername' | 'sentinelPassword' | 'sentinelTls')
  | ('cluster' | 'nodes' | 'readFrom' | 'natMap');

/** As whom. */
type AccessOption = 'username' | 'password' | 'credentials';

type Needed<Name extends WayOption> = { readonly [Each in Name]: NonNullable<WrittenConnection[Each]> };
type None<Name extends PropertyKey> = { readonly [Each in Name]?: undefined };
/** A way has what it needs, perhaps some more, and nothing that belongs to another. */
type Way<Need extends WayOption, Some extends WayOption = never> = Needed<Need> &
  Pick<WrittenConnection, Some> &
  None<Exclude<WayOption, Need | Some>>;

/** One server, by host and port; `localhost:6379` when nothing is said. */
type ByHost = Way<never, 'host' | 'port' | 'db' | 'tls'>;
/** One server, by its Unix socket. */
type BySocket = Omit<Way<'path', 'db'>, 'tls'> & { readonly tls?: false | undefined };
/** One server, by a URL that says the database too. */
type ByUrl = Way<'url', 'tls'>;
/** The master that Sentinels name. */
type BySentinels = Way<
  'sentinels' | 'name',
  'sentinelUsername' | 'sentinelPassword' | 'sentinelTls' | 'natMap' | 'db' | 'tls'
>;
/** A cluster, which has one database. */
type ByNodes = Omit<Way<'nodes', 'readFrom' | 'natMap' | 'tls'>, 'cluster' | 'db'> & {
  readonly cluster?: true | undefined;
  readonly db?: 0 | undefined;
};

/** As a user that is written down. */
type AsUser = Pick<WrittenConnection, 'username' | 'password'> & None<'credentials'>;
/** As whom a provider says. */
type AsTold = None<'username' | 'password'> & { readonly credentials: ICredentialsProvider };

/** The ways to Redis, of which a connection goes one. */
export type ConnectionWay = (ByHost | BySocket | ByUrl | BySentinels | ByNodes) & (AsUser | AsTold);

/** What is said beside the way. */
export type BesideWay = Omit<WrittenConnection, WayOption | AccessOption>;
