import type { ICache } from '../../../interfaces/cache.js';
import { type NodeCallback, settle } from '../callback.js';
import { type WebSession, type WebSessionOptions, WebSessions } from './web-sessions.js';

/** A store of @fastify/session. */
export interface FastifySessionStore {
  // biome-ignore lint/suspicious/noExplicitAny: @fastify/session has it so.
  get(sessionId: string, callback: NodeCallback<any>): void;
  set(sessionId: string, session: WebSession, callback: NodeCallback): void;
  destroy(sessionId: string, callback: NodeCallback): void;
}

/**
 * A store of @fastify/session over a cache that is a fenced store, too, with the promises of `expressSessionStore`.
 */
export function fastifySessionStore(cache: ICache, options?: WebSessionOptions): FastifySessionStore {
  const sessions = new WebSessions(cache, options);
  return {
    get: (sessionId, callback) => settle(sessions.get(sessionId), callback),
    set: (sessionId, session, callback) => settle(sessions.set(sessionId, session), callback),
    destroy: (sessionId, callback) => settle(sessions.destroy(sessionId), callback),
  };
}
