import { defineInterface, type InterfaceToken } from './interface-token.js';

/** Content of a session: an object of plain JSON (strings, finite numbers, booleans, `null`, arrays, plain objects). */
export type SessionData = Readonly<Record<string, unknown>>;

/** A session without the id that opens it. */
export interface SessionSummary {
  /** Tells the sessions of a store apart; it stays the same when the id is regenerated, and opens nothing. */
  readonly reference: string;
  /** User whom the session belongs to, as `create` was told; data cannot change it. */
  readonly userId: string | undefined;
  /** Content; this object is the caller's own. */
  readonly data: SessionData;
  /** Milliseconds since 1970 at which the session was created, by the clock of the store. */
  readonly createdAtMs: number;
  /** Milliseconds until the session ends, if it is not used before; at least 1. */
  readonly remainingMs: number;
}

/** A session, and the id that opens it. */
export interface Session extends SessionSummary {
  /** Secret of its holder, such as the value of a cookie: 64 characters (letters, digits, `-`, `_`), 160 bits of chance. */
  readonly id: string;
}

/** Options of a call. */
export interface SessionCallOptions {
  /** Aborts the call: `E_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `create`. */
export interface CreateSessionOptions extends SessionCallOptions {
  /** User whom the session belongs to, by whom `list` and `destroyAll` find it: 1 byte to 1 KiB. Default: none. */
  readonly userId?: string | undefined;
}

/**
 * Sessions: data that an unguessable id opens, until it has not been used for a while, or has lasted its longest time.
 *
 * Each call is one atomic step (`update`: as often as others change the session meanwhile), so calls that overlap
 * behave as if one had come after the other. A session exists from `create` on until it ends, and no other call makes
 * one: whatever is still on its way to a destroyed session, finds none.
 *
 * An id that opens nothing (unknown, expired, destroyed, regenerated, or any text) is a result, not an error. A failure
 * of the store is never taken for it: nothing degrades here.
 *
 * @throws {ArgumentError} for an invalid id, user, change or data that are no object or too large, before any I/O.
 * @throws {CodecError} `E_ENCODE` for data that plain JSON does not represent, before they are sent.
 * @throws {ConnectionError} {OperationError} when the store did not answer, or the signal aborts (`E_ABORTED`).
 * @throws {DisposedError} after `close`.
 *
 * @example
 * ```ts
 * const { id } = await sessions.create({ cart: [] }, { userId: 'ada' });
 * await sessions.update(id, (data) => ({ ...data, theme: 'dark' }));
 * const session = await sessions.get(id); // undefined once it has ended
 * ```
 */
export interface ISessionStore {
  /** Creates a session under a new id. */
  create(data: SessionData, options?: CreateSessionOptions): Promise<Session>;

  /** Returns the session that an id opens, and renews its idle life in the same step; `undefined` when there is none. */
  get(id: string, options?: SessionCallOptions): Promise<Session | undefined>;

  /**
   * Replaces the data of a session by what a function makes of them, and renews its idle life.
   *
   * When another call has changed the session meanwhile, the function runs again, with the newer data: it should do
   * nothing but compute. What it throws rejects the call, and nothing is changed.
   *
   * @returns The changed session; `undefined` when there is none.
   * @throws {OperationError} `E_OPERATION_REFUSED` with the reason `CONFLICT` when others changed the session 100 times.
   */
  update(
    id: string,
    change: (data: SessionData) => SessionData,
    options?: SessionCallOptions,
  ): Promise<Session | undefined>;

  /** Renews the idle life of a session. @returns `false` when there is none. */
  touch(id: string, options?: SessionCallOptions): Promise<boolean>;

  /**
   * Gives a session a new id, as after a login: the old one opens nothing from that moment on. Data, user, reference and
   * longest life stay.
   *
   * @returns The session with its new id; `undefined` when there is none.
   */
  regenerate(id: string, options?: SessionCallOptions): Promise<Session | undefined>;

  /** Ends a session. @returns `true` for the call that ended it. */
  destroy(id: string, options?: SessionCallOptions): Promise<boolean>;

  /**
   * Ends every session that a user has, all at one moment. Sessions that are created later live.
   *
   * @returns Number of sessions that were ended.
   */
  destroyAll(userId: string, options?: SessionCallOptions): Promise<number>;

  /**
   * Iterates over the sessions of a user, each once, in any order, without renewing them: every session that lives from
   * the beginning of the iteration to its end, and perhaps those that begin or end meanwhile.
   */
  list(userId: string, options?: SessionCallOptions): AsyncIterable<SessionSummary>;
}

export const ISessionStore: InterfaceToken<ISessionStore> = defineInterface<ISessionStore>('ISessionStore', [
  ...(['create', 'get', 'update', 'touch', 'regenerate', 'destroy', 'destroyAll', 'list'] as const),
]);
