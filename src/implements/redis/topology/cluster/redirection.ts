import { OperationError } from '../../../../interfaces/errors.js';
import { type HostPort, parseHostPort } from '../../endpoint.js';

/** Reply of a cluster node to a command that it did not run. */
export type Redirection =
  | { readonly kind: 'moved' | 'ask'; readonly slot: number; readonly address: HostPort | undefined }
  | { readonly kind: 'again' };

/**
 * The redirection in an error reply; `undefined` for any other error.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#redirection-and-resharding
 */
export function redirectionOf(error: unknown): Redirection | undefined {
  if (!OperationError.is(error) || error.outcome !== 'refused') return undefined;
  if (error.reason === 'TRYAGAIN') return { kind: 'again' };
  if (error.reason !== 'MOVED' && error.reason !== 'ASK') return undefined;
  const [, slot, host, port] = /(?:MOVED|ASK) (\d+) (.*):(\d+)$/.exec(error.message) ?? [];
  const address = parseHostPort(host?.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
  return { kind: error.reason === 'MOVED' ? 'moved' : 'ask', slot: Number(slot), address };
}
