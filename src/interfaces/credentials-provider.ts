import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Who a connection is to the server. */
export interface Credentials {
  /** Default: the server's `default` user. */
  readonly username?: string | undefined;
  readonly password: string;
}

/**
 * Gives a connection its credentials: asked for at every attempt to connect, so that a password which was rotated, or a
 * token which has run out, is a new one at the next.
 */
export interface ICredentialsProvider {
  /**
   * @param options.signal  Aborts when nobody waits for the answer any more.
   * @throws whatever it likes: the attempt then counts as refused credentials, and what was thrown is shown to nobody.
   */
  getCredentials(options: { readonly signal: AbortSignal }): Promise<Credentials>;
}

export const ICredentialsProvider: InterfaceToken<ICredentialsProvider> =
  defineInterface<ICredentialsProvider>('ICredentialsProvider', ['getCredentials']);
