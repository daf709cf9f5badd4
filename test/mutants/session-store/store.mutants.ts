import type { ISessionStore } from '../../../src/interfaces/session-store.js';
import type { ClosableStore } from '../../contract/session-store/subject.js';

/** A session store that answers wrongly in one way. */
export interface StoreMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  readonly change: (store: ClosableStore) => Partial<ClosableStore>;
}

/** A mutant that breaks a law. */
function mutant(breaks: string, flaw: string, change: StoreMutant['change']): StoreMutant {
  return { breaks, flaw, change };
}

const INVALID = 'an invalid id, user, change or data of a session are refused before anything is changed';
const ABORTED = 'a call of a session store whose signal has aborted is refused and changes nothing';
const OWN = 'data belong to the caller, before and after a call';

/** One flaw each, outside of the scripts. */
export const storeMutants: readonly StoreMutant[] = [
  mutant(
    'a session is what it was created with, under an id of 64 characters that never comes again',
    'counts its ids',
    (store) => {
      let count = 0;
      return {
        create: async (data, options) => ({
          ...(await store.create(data, options)),
          id: String(++count).padStart(64, '0'),
        }),
      };
    },
  ),
  mutant('an id that opens nothing is a result, not an error', 'rejects an unknown id', (store) => ({
    get: async (id, options) => {
      const session = await store.get(id, options);
      if (session === undefined) throw new Error('no session');
      return session;
    },
  })),
  mutant('an update whose function throws changes nothing', 'stores what it had', (store) => ({
    update: (id, change, options) =>
      store.update(
        id,
        (data) => {
          try {
            return change(data);
          } catch {
            return {};
          }
        },
        options,
      ),
  })),
  mutant(
    'concurrent updates of different fields of a session all survive',
    'reads, changes and then writes',
    (store) => ({
      update: async (id, change, options) => {
        const session = await store.get(id, options);
        await new Promise(setImmediate);
        return session && store.update(id, () => change(session.data), options);
      },
    }),
  ),
  mutant(
    'an update whose function destroys the session does not bring it back',
    'creates what it updates',
    (store) => {
      const others = new Map<string, string>();
      return {
        update: async (id, change, options) => {
          const before = await store.get(id);
          const session = await store.update(id, change, options);
          await new Promise(setImmediate);
          if (before !== undefined && (await store.get(id)) === undefined) {
            others.set(id, (await store.create(before.data)).id);
          }
          return session;
        },
        get: (id, options) => store.get(others.get(id) ?? id, options),
      };
    },
  ),
  mutant(OWN, 'keeps the object that it was given', (store) => {
    const kept = new Map<string, object>();
    return {
      create: async (data, options) => {
        const session = await store.create(data, options);
        kept.set(session.id, data);
        return session;
      },
      get: async (id, options) => {
        const session = await store.get(id, options);
        return session && { ...session, data: (kept.get(id) ?? session.data) as never };
      },
    };
  }),
  mutant(INVALID, 'takes any object for data', (store) => ({
    create: (data, options) => store.create(Array.isArray(data) ? { ...data } : data, options),
  })),
  mutant(INVALID, 'takes an empty id for an unknown one', (store) => ({
    get: async (id, options) => (id === '' ? undefined : store.get(id, options)),
  })),
  mutant(ABORTED, 'ignores signals', (store) => ({
    touch: (id) => store.touch(id),
  })),
  mutant('every call of a session store that is closed rejects', 'stays open', () => ({
    close: async () => undefined,
  })),
  mutant('a list renews no session', 'uses what it lists', (store) => {
    const ids: string[] = [];
    return {
      create: async (data, options) => {
        const session = await store.create(data, options);
        ids.push(session.id);
        return session;
      },
      async *list(userId, options) {
        for (const id of ids) await store.touch(id);
        yield* store.list(userId, options);
      },
    } satisfies Partial<ISessionStore>;
  }),
];
