import type { Duration } from './duration.js';
import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Identity of a connection at the server. */
export interface Credentials {
  /** Default: the server's `default` user. */
  readonly username?: string | undefined;
  readonly password: string;
  /** Time for which they are valid, from the moment at which the provider returns them. Default: for ever. */
  readonly validFor?: Duration | undefined;
  /** Moment at which they expire, by the system clock: a date, or milliseconds since 1970. Default: never. */
  readonly expiresAt?: Date | number | undefined;
}

/**
 * Supplies the credentials of a connection. It is called at every connection attempt, so that a rotated password or a
 * renewed token takes effect at the next one. Credentials that say when they expire are renewed before: a new connection
 * stands by then, takes over the calls, and loses none of them.
 *
 * @example
 * ```ts
 * const credentials: ICredentialsProvider = {
 *   getCredentials: async ({ signal }) => ({
 *     username: 'app',
 *     password: await vault.read('redis', { signal }),
 *   }),
 * };
 * ```
 */
export interface ICredentialsProvider {
  /**
   * @param options.signal  Aborts when the connection attempt no longer waits for the credentials.
   * @throws anything: the attempt then counts as refused credentials, and the error appears in no message and no log.
   */
  getCredentials(options: { readonly signal: AbortSignal }): Promise<Credentials>;
}

export const ICredentialsProvider: InterfaceToken<ICredentialsProvider> =
  defineInterface<ICredentialsProvider>('ICredentialsProvider', ['getCredentials']);
