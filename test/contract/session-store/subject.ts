import assert from 'node:assert/strict';
import type { Duration } from '../../../src/interfaces/duration.js';
import type { ISessionStore, Session } from '../../../src/interfaces/session-store.js';
import type { Law, Opened, Subject } from '../law.js';

/** `shared`: other processes can open a store of the same sessions. */
export type SessionCapability = 'shared';

export interface SessionOptions {
  readonly idle?: Duration;
  readonly absolute?: Duration | 'none';
  readonly maxDataBytes?: number;
}

/** A store that a law can close. */
export type ClosableStore = ISessionStore & { close(): Promise<void> };

/** A store that was opened for one law; only `advance` moves its time, but for what a slow machine loses. */
export interface OpenSessions extends Opened {
  readonly store: ClosableStore;
  /** Another store of the same sessions; the same one where there is no other. */
  readonly twin: ISessionStore;
  advance(ms: number): Promise<void>;
}

export type SessionLaw = Law<SessionCapability, OpenSessions, SessionOptions>;
export type SessionSubject = Subject<SessionCapability, OpenSessions, SessionOptions>;

/** A law of every session store. */
export function law(title: string, prove: SessionLaw['prove']): SessionLaw {
  return { title, needs: [], prove };
}

/** A law of those whose sessions others can share. */
export function lawOfShared(title: string, prove: SessionLaw['prove']): SessionLaw {
  return { title, needs: ['shared'], prove };
}

/** The session that an id must open. */
export async function opened(store: ISessionStore, id: string): Promise<Session> {
  const session = await store.get(id);
  assert.ok(session, 'the id opens a session');
  return session;
}
