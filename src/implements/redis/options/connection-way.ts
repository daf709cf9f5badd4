import type { z } from 'zod';
import type { ICredentialsProvider } from '../../../interfaces/credentials-provider.js';
import type { connectionShape } from './connection-shape.js';

/** All options of a connection, as written in a declaration. */
export type WrittenConnection = z.input<z.ZodObject<typeof connectionShape>>;

/** Options that name the target. */
type WayOption =
  | ('host' | 'port' | 'path' | 'url' | 'db' | 'tls')
  | ('sentinels' | 'name' | 'sentinelUsername' | 'sentinelPassword' | 'sentinelTls')
  | ('cluster' | 'nodes' | 'readFrom' | 'natMap');

/** Options that hold credentials. */
type AccessOption = 'username' | 'password' | 'credentials';

type Needed<Name extends WayOption> = { readonly [Each in Name]: NonNullable<WrittenConnection[Each]> };
type None<Name extends PropertyKey> = { readonly [Each in Name]?: undefined };
/** A target with the options it requires, optionally some more, and none of another target. */
type Way<Need extends WayOption, Some extends WayOption = never> = Needed<Need> &
  Pick<WrittenConnection, Some> &
  None<Exclude<WayOption, Need | Some>>;

/** One server, by host and port; `localhost:6379` by default. */
type ByHost = Way<never, 'host' | 'port' | 'db' | 'tls'>;
/** One server, by its Unix socket. */
type BySocket = Omit<Way<'path', 'db'>, 'tls'> & { readonly tls?: false | undefined };
/** One server, by a URL that includes the database. */
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

/** User name and password, as written. */
type AsUser = Pick<WrittenConnection, 'username' | 'password'> & None<'credentials'>;
/** Credentials of a provider. */
type AsTold = None<'username' | 'password'> & { readonly credentials: ICredentialsProvider };

/** All combinations of a target and credentials. */
export type ConnectionWay = (ByHost | BySocket | ByUrl | BySentinels | ByNodes) & (AsUser | AsTold);

/** Options that do not depend on the target. */
export type BesideWay = Omit<WrittenConnection, WayOption | AccessOption>;
