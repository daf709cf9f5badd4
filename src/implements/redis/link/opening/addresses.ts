import dns, { type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { Address } from '../../endpoint.js';

/**
 * Addresses of a server: one for every address of its host name, in the order of the resolver.
 *
 * @throws the error of the resolver.
 */
export async function addressesOf(address: Address): Promise<readonly Address[]> {
  if ('path' in address || isIP(address.host) !== 0) return [address];
  const found = await new Promise<LookupAddress[]>((resolve, reject) => {
    dns.lookup(address.host, { all: true }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    );
  });
  return found.map(({ address: host }) => ({ host, port: address.port }));
}
