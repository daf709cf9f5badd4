import type { ICache } from '../../../interfaces/cache.js';
import { type NodeCallback, settle } from '../callback.js';
import { type WebSession, type WebSessionOptions, WebSessions } from './web-sessions.js';

/** Calls of a store of express-session. */
export interface ExpressSessionCalls {
  // biome-ignore lint/suspicious/noExplicitAny: express-session has it so.
  get(sid: string, callback: NodeCallback<any>): void;
  set(sid: string, session: WebSession, callback?: NodeCallback): void;
  destroy(sid: string, callback?: NodeCallback): void;
  touch(sid: string, session: WebSession, callback?: NodeCallback): void;
  // biome-ignore lint/suspicious/noExplicitAny: express-session has it so.
  all(callback: NodeCallback<any>): void;
  length(callback: NodeCallback<number>): void;
  clear(callback?: NodeCallback): void;
}

/**
 * A store of express-session over a cache that is a fenced store, too. A session that was destroyed never comes back,
 * whatever request is still running; a failure of the store is an error, and never a visitor who is logged out.
 *
 * @param Store  `Store` of express-session, which its stores extend.
 */
export function expressSessionStore<S extends object>(
  Store: abstract new (...options: never[]) => S,
  cache: ICache,
  options?: WebSessionOptions,
): S & ExpressSessionCalls {
  const sessions = new WebSessions(cache, options);
  const calls: ExpressSessionCalls = {
    get: (sid, callback) => settle(sessions.get(sid), callback),
    set: (sid, session, callback) => settle(sessions.set(sid, session), callback),
    destroy: (sid, callback) => settle(sessions.destroy(sid), callback),
    touch: (sid, session, callback) => settle(sessions.touch(sid, session), callback),
    all: (callback) => settle(sessions.all(), callback),
    length: (callback) => settle(sessions.size(), callback),
    clear: (callback) => settle(sessions.clear(), callback),
  };
  class ExpressSessionStore extends (Store as unknown as new () => object) {}
  Object.assign(ExpressSessionStore.prototype, calls);
  return new ExpressSessionStore() as S & ExpressSessionCalls;
}
