import type { ICredentialsProvider } from '../../interfaces/credentials-provider.js';
import type { PemSource } from '../foundation/options/pem.js';

/** A host and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Address of a server: a host and a port, or the path of a Unix socket. */
export type Address = HostPort | { readonly path: string };

type PemSources = PemSource | readonly PemSource[] | undefined;

/** TLS settings of a connection. Certificates and keys are PEM text, bytes, or paths of files. */
export interface TlsOptions {
  readonly ca?: PemSources;
  readonly cert?: PemSources;
  readonly key?: PemSources;
  readonly passphrase?: string | undefined;
  readonly servername?: string | undefined;
  readonly insecure?: boolean | undefined;
}

/** Credentials, encryption and client name of a connection. */
export interface Access {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly provider: ICredentialsProvider | undefined;
  readonly tls: TlsOptions | undefined;
  readonly clientName: string;
}

/** One server and the access to it: everything that a link needs. */
export interface Endpoint {
  readonly address: Address;
  readonly db: number;
  readonly access: Access;
}

/** Formats an address: `host:port`, `[::1]:port`, or the path of a socket. */
export function addressText(address: Address): string {
  if ('path' in address) return address.path;
  const { host, port } = address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Parses `host:port` or `[::1]:port`; `undefined` for any other text. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
