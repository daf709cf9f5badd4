/** A host and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Where a server listens: a host and a port, or the path of a Unix socket. */
export type Address = HostPort | { readonly path: string };

/** `host:port`, `[::1]:port`, or the path of a socket. */
export function addressText(address: Address): string {
  if ('path' in address) return address.path;
  const { host, port } = address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The host and port of `host:port` or `[::1]:port`; `undefined` for what is none. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
