import assert from 'node:assert/strict';
import type { ISessionStore, SessionData } from '../../../src/interfaces/session-store.js';
import { all, rejectsWith } from '../expectations.js';
import { law, lawOfShared, opened, type SessionLaw } from './subject.js';

const UNKNOWN = ['x', 'a'.repeat(64), '../../x', '*', '{}', '\0', '__proto__', 'x'.repeat(1024)];
const BAD_DATA: readonly unknown[] = [undefined, null, 'text', 7, [], () => ({}), Promise.resolve({})];
const UNENCODABLE: readonly SessionData[] = [
  { a: undefined },
  { a: Number.NaN },
  { a: 1n },
  { a: new Map() },
  { a: () => 1 },
];

/** Every call by id. */
const BY_ID: readonly ((store: ISessionStore, id: string, signal?: AbortSignal) => Promise<unknown>)[] = [
  (store, id, signal) => store.get(id, { signal }),
  (store, id, signal) => store.update(id, (data) => data, { signal }),
  (store, id, signal) => store.touch(id, { signal }),
  (store, id, signal) => store.regenerate(id, { signal }),
  (store, id, signal) => store.destroy(id, { signal }),
];

/** Laws of one session. */
export const sessionLaws: readonly SessionLaw[] = [
  law(
    'a session is what it was created with, under an id of 64 characters that never comes again',
    async (open) => {
      const { store } = await open();
      const data = {
        cart: [{ id: 7, count: 2 }],
        name: 'Ada',
        nothing: null,
        deep: { a: [true] },
        __proto_: 1,
      };
      const made = await store.create(data, { userId: 'ada' });
      assert.deepEqual([made.data, made.userId], [data, 'ada']);
      const { remainingMs: _, ...rest } = made;
      const { remainingMs: __, ...found } = await opened(store, made.id);
      assert.deepEqual(found, rest);
      assert.equal((await store.create({})).userId, undefined);
      const sessions = await Promise.all(
        Array.from({ length: 200 }, () => store.create({}, { userId: 'bob' })),
      );
      const ids = new Set(sessions.map(({ id }) => id));
      assert.deepEqual([ids.size, [...ids].every((id) => /^[\w-]{64}$/.test(id))], [200, true]);
      for (const end of [1, 2, 3]) {
        const parts = new Set([...ids].map((id) => id.slice(end * 16, end * 16 + 8)));
        assert.equal(parts.size, 200, 'ids of one user have nothing in common');
      }
    },
  ),
  law('an id that opens nothing is a result, not an error', async (open) => {
    const { store } = await open();
    const { id } = await store.create({});
    const other = `${id.slice(0, -1)}${id.endsWith('a') ? 'b' : 'a'}`;
    const first = `${id.startsWith('a') ? 'b' : 'a'}${id.slice(1)}`;
    for (const unknown of [...UNKNOWN, other, first, id.toUpperCase(), `${id} `]) {
      const answers = await Promise.all(BY_ID.map((call) => call(store, unknown)));
      assert.deepEqual(answers, [undefined, undefined, false, undefined, false], JSON.stringify(unknown));
    }
    assert.ok(await store.get(id));
  }),
  law('an update replaces the data and keeps the rest of the session', async (open) => {
    const { store, twin } = await open();
    const { id, reference, createdAtMs } = await store.create({ a: 1, b: 2 }, { userId: 'ada' });
    const session = await store.update(id, ({ a }) => ({ a: Number(a) + 1, c: 3 }));
    assert.deepEqual(session?.data, { a: 2, c: 3 });
    const found = await opened(twin, id);
    assert.deepEqual(found.data, { a: 2, c: 3 });
    assert.deepEqual([found.reference, found.createdAtMs, found.userId], [reference, createdAtMs, 'ada']);
  }),
  law('data of a session cannot change its user, its id or its life', async (open) => {
    const { store } = await open();
    const made = await store.create(
      { userId: 'eve', id: 'x', createdAtMs: 0, remainingMs: 9e12 },
      { userId: 'ada' },
    );
    await store.update(made.id, (data) => ({ ...data, userId: 'eve', reference: 'y', e: '', h: 'z' }));
    const session = await opened(store, made.id);
    assert.deepEqual([session.userId, session.id, session.createdAtMs], ['ada', made.id, made.createdAtMs]);
    assert.equal(session.reference, made.reference);
    assert.deepEqual(await all(store.list('eve')), []);
    assert.equal(session.data.userId, 'eve');
  }),
  law('concurrent updates of different fields of a session all survive', async (open) => {
    const { store, twin } = await open();
    const { id } = await store.create({});
    const stores = [store, twin];
    const updates = Array.from({ length: 40 }, (_, index) =>
      (stores[index % 2] as ISessionStore).update(id, (data) => ({ ...data, [`field${index}`]: index })),
    );
    assert.ok((await Promise.all(updates)).every((session) => session !== undefined));
    assert.equal(Object.keys((await opened(store, id)).data).length, 40);
  }),
  law('an update whose function throws changes nothing', async (open) => {
    const { store } = await open();
    const { id } = await store.create({ a: 1 });
    const update = store.update(id, () => {
      throw new RangeError('mine');
    });
    await assert.rejects(update, { name: 'RangeError', message: 'mine' });
    assert.deepEqual((await opened(store, id)).data, { a: 1 });
  }),
  law('an update whose function destroys the session does not bring it back', async (open) => {
    const { store } = await open();
    const { id } = await store.create({ a: 1 });
    let destroyed: Promise<boolean> | undefined;
    const update = store.update(id, (data) => {
      destroyed ??= store.destroy(id);
      return { ...data, a: 2 };
    });
    await Promise.all([update, destroyed]);
    await destroyed;
    assert.equal(await store.get(id), undefined);
  }),
  law('a regenerated session is under its new id what it was, and its old id opens nothing', async (open) => {
    const { store, twin } = await open();
    const made = await store.create({ a: 1 }, { userId: 'ada' });
    const next = await store.regenerate(made.id);
    assert.ok(next);
    assert.notEqual(next.id, made.id);
    assert.deepEqual([next.data, next.userId, next.reference], [{ a: 1 }, 'ada', made.reference]);
    for (const one of [store, twin]) {
      const answers = await Promise.all(BY_ID.map((call) => call(one, made.id)));
      assert.deepEqual(answers, [undefined, undefined, false, undefined, false]);
      assert.deepEqual((await opened(one, next.id)).data, { a: 1 });
    }
    assert.equal((await all(store.list('ada'))).length, 1);
  }),
  law('a session is destroyed once, and no call brings it back', async (open) => {
    const { store, twin } = await open();
    const { id } = await store.create({}, { userId: 'ada' });
    const answers = await Promise.all([store.destroy(id), twin.destroy(id), store.destroy(id)]);
    assert.equal(answers.filter(Boolean).length, 1);
    const later = await Promise.all(BY_ID.map((call) => call(twin, id)));
    assert.deepEqual(later, [undefined, undefined, false, undefined, false]);
    assert.equal(await store.get(id), undefined);
    assert.deepEqual(await all(store.list('ada')), []);
  }),
  law('data belong to the caller, before and after a call', async (open) => {
    const { store } = await open();
    const data = { list: [1] };
    const creating = store.create(data);
    data.list.push(2);
    const { id, data: given } = await creating;
    (given.list as number[]).push(3);
    const found = await opened(store, id);
    assert.deepEqual(found.data, { list: [1] });
    (found.data.list as number[]).push(4);
    assert.deepEqual((await opened(store, id)).data, { list: [1] });
  }),
  law(
    'an invalid id, user, change or data of a session are refused before anything is changed',
    async (open) => {
      const { store } = await open({ maxDataBytes: 100 });
      const { id } = await store.create({ a: 1 }, { userId: 'ada' });
      for (const key of ['', 'x'.repeat(1025), '\ud800', 7 as unknown as string]) {
        for (const call of BY_ID) await rejectsWith('E_ARGUMENT', 'an id', () => call(store, key));
        await rejectsWith('E_ARGUMENT', 'create', () => store.create({}, { userId: key }));
        await rejectsWith('E_ARGUMENT', 'destroyAll', () => store.destroyAll(key));
        await rejectsWith('E_ARGUMENT', 'list', () => all(store.list(key)));
      }
      for (const data of [...BAD_DATA, { a: 'x'.repeat(100) }]) {
        const bad = data as SessionData;
        await rejectsWith('E_ARGUMENT', 'create', () => store.create(bad));
        await rejectsWith('E_ARGUMENT', 'update', () => store.update(id, () => bad));
      }
      for (const data of UNENCODABLE) {
        await rejectsWith('E_ENCODE', 'create', () => store.create(data));
        await rejectsWith('E_ENCODE', 'update', () => store.update(id, () => data));
      }
      await rejectsWith('E_ARGUMENT', 'a change', () => store.update(id, {} as never));
      assert.deepEqual((await opened(store, id)).data, { a: 1 });
      assert.equal((await all(store.list('ada'))).length, 1);
    },
  ),
  law('a call of a session store whose signal has aborted is refused and changes nothing', async (open) => {
    const { store } = await open();
    const { id } = await store.create({ a: 1 }, { userId: 'ada' });
    const signal = AbortSignal.abort();
    for (const call of BY_ID) await rejectsWith('E_ABORTED', 'a call', () => call(store, id, signal));
    await rejectsWith('E_ABORTED', 'create', () => store.create({}, { userId: 'ada', signal }));
    await rejectsWith('E_ABORTED', 'destroyAll', () => store.destroyAll('ada', { signal }));
    await rejectsWith('E_ABORTED', 'list', () => all(store.list('ada', { signal })));
    assert.equal((await all(store.list('ada'))).length, 1);
    assert.ok(await store.get(id));
  }),
  law('every call of a session store that is closed rejects', async (open) => {
    const { store } = await open();
    const { id } = await store.create({}, { userId: 'ada' });
    await store.close();
    await store.close();
    for (const call of BY_ID) await rejectsWith('E_DISPOSED', 'a call', () => call(store, id));
    await rejectsWith('E_DISPOSED', 'create', () => store.create({}));
    await rejectsWith('E_DISPOSED', 'destroyAll', () => store.destroyAll('ada'));
    await rejectsWith('E_DISPOSED', 'list', () => all(store.list('ada')));
  }),
  lawOfShared('stores of the same sessions see what each other does', async (open) => {
    const { store, twin } = await open();
    const { id } = await store.create({ a: 1 }, { userId: 'ada' });
    assert.deepEqual((await opened(twin, id)).data, { a: 1 });
    const next = await twin.regenerate(id);
    assert.equal(await store.get(id), undefined);
    assert.equal((await all(twin.list('ada'))).length, 1);
    assert.equal(await store.destroy(next?.id ?? ''), true);
    assert.deepEqual(await all(twin.list('ada')), []);
  }),
];
