import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { expressSessionStore } from '../../../src/adapters/express-session.js';
import { fastifySessionStore } from '../../../src/adapters/fastify-session.js';
import { NullCache } from '../../../src/index.js';
import { rejectsWith } from '../../contract/expectations.js';
import { eventually } from '../../support/time/eventually.js';
import { type CacheUnderTest, openCache, PLACES } from '../cache-under-test.js';

const MINUTE = 60_000;
const at = (ms: number) => new Date(Date.now() + ms);

describe.each(PLACES)('web sessions in %s', (where) => {
  let subject: CacheUnderTest;

  beforeAll(async () => {
    subject = await openCache(where);
  });
  beforeEach(async () => {
    await subject.cache.clear('*');
  });
  afterAll(() => subject?.close());

  /** Store of express-session, with promises. */
  const open = (options = {}) => {
    const store = expressSessionStore(EventEmitter, subject.cache, options);
    return {
      store,
      get: promisify(store.get) as (sid: unknown) => Promise<Record<string, unknown> | null>,
      set: promisify(store.set) as (sid: unknown, session: unknown) => Promise<void>,
      destroy: promisify(store.destroy) as (sid: unknown) => Promise<void>,
      touch: promisify(store.touch) as (sid: unknown, session: unknown) => Promise<void>,
      all: promisify(store.all) as () => Promise<{ id?: string }[]>,
      length: promisify(store.length) as () => Promise<number>,
      clear: promisify(store.clear) as () => Promise<void>,
    };
  };

  it('a session is read as it was stored, as an object of the reader', async () => {
    const { store, get, set } = open();
    assert.ok(store instanceof EventEmitter);
    const session = { cookie: { expires: at(MINUTE), path: '/' }, user: 'ada', tags: ['é', null] };
    await set('a', session);
    session.user = 'later';
    const found = await get('a');
    assert.deepEqual(found, {
      cookie: { expires: session.cookie.expires.toISOString(), path: '/' },
      user: 'ada',
      tags: ['é', null],
    });
    assert.notEqual(found, await get('a'));
    assert.equal(await get('none'), null);
    assert.equal(await get('s'.repeat(3000)), null);
    await set('s'.repeat(3000), session);
    assert.equal((await get('s'.repeat(3000)))?.user, 'later');
  });

  it('a session that was destroyed never comes back by a set or a touch, in any order of calls', async () => {
    const { get, set, destroy, touch } = open();
    const session = { cookie: { expires: at(MINUTE) }, user: 'ada' };
    for (const id of ['a', 'l'.repeat(2000)]) {
      await set(id, session);
      await destroy(id);
      await Promise.all([set(id, session), touch(id, session)]);
      assert.equal(await get(id), null);
    }
    const calls = {
      set: (id: string) => set(id, session),
      touch: (id: string) => touch(id, session),
      destroy: (id: string) => destroy(id),
    };
    const orders = ['set touch destroy', 'set destroy touch', 'touch set destroy', 'destroy set touch'];
    for (const order of [...orders, 'destroy destroy set set', 'set set touch destroy set']) {
      await set(order, session);
      await Promise.all(order.split(' ').map((name) => calls[name as 'set'](order)));
      assert.equal(await get(order), null, order);
    }
  });

  it('a session that another process destroys while a request runs stays destroyed', async () => {
    const [one, other] = [open(), open()];
    const session = { cookie: { expires: at(MINUTE) }, n: 0 };
    for (let round = 0; round < 20; round++) {
      await one.set(`s${round}`, session);
      await Promise.all([
        one.set(`s${round}`, { ...session, n: 1 }),
        other.destroy(`s${round}`),
        other.touch(`s${round}`, session),
        one.touch(`s${round}`, session),
      ]);
      assert.equal(await other.get(`s${round}`), null);
    }
  });

  it('sets of one session that are not awaited leave the last one', async () => {
    const { get, set } = open();
    const writes = Array.from({ length: 20 }, (_, n) => set('a', { cookie: { expires: at(MINUTE) }, n }));
    await Promise.all(writes);
    assert.equal((await get('a'))?.n, 19);
  });

  it('a life is that of the cookie to the millisecond, else the option', async () => {
    const { get, set } = open({ expire: '2h' });
    const lifeOf = (id: string) => subject.cache.getExpiry(`sess:${id}`);
    await set('cookie', { cookie: { expires: at(MINUTE) } });
    await set('text', { cookie: { expires: at(MINUTE).toISOString() } });
    for (const id of ['cookie', 'text']) {
      const life = (await lifeOf(id)) ?? 0;
      assert.ok(life > MINUTE - 20_000 && life <= MINUTE, `${life}`);
    }
    for (const [index, cookie] of [{}, { expires: null }, { expires: false }, undefined].entries()) {
      await set(`none${index}`, { cookie });
      const life = (await lifeOf(`none${index}`)) ?? 0;
      assert.ok(life > 7_100_000 && life <= 7_200_000, `${life}`);
    }
    await set('short', { cookie: { expires: at(300) } });
    const short = await lifeOf('short');
    assert.ok(short === null || short <= 300);
    await eventually('the life is over', async () => (await get('short')) === null);
    await set('over', { cookie: { expires: at(-1) } });
    assert.equal(await get('over'), null);
    await rejectsWith('E_ARGUMENT', 'date', () => set('bad', { cookie: { expires: new Date(Number.NaN) } }));
    await rejectsWith('E_ARGUMENT', 'date', () => set('bad', { cookie: { expires: 'soon' } }));
    assert.equal(await get('bad'), null);
  });

  it('a touch renews the life and the date in the cookie, and nothing else', async () => {
    const { get, set, touch } = open();
    await set('a', { cookie: { expires: at(MINUTE), originalMaxAge: MINUTE, path: '/x' }, user: 'ada' });
    const later = at(2 * MINUTE);
    await touch('a', { cookie: { expires: later, originalMaxAge: 2 * MINUTE, path: '/y' }, user: 'eve' });
    assert.deepEqual(await get('a'), {
      cookie: { expires: later.toISOString(), originalMaxAge: 2 * MINUTE, path: '/x' },
      user: 'ada',
    });
    assert.ok(((await subject.cache.getExpiry('sess:a')) ?? 0) > MINUTE);
    await touch('none', { cookie: { expires: later } });
    assert.equal(await get('none'), null);
  });

  it('a touch that meets a set of another process loses nothing that was set', async () => {
    const [one, other] = [open(), open()];
    for (let round = 0; round < 20; round++) {
      await one.set('a', { cookie: { expires: at(MINUTE) }, n: round + 1 });
      await Promise.all([
        other.touch('a', { cookie: { expires: at(MINUTE) } }),
        one.set('a', { cookie: { expires: at(MINUTE) }, n: -round - 1 }),
        other.touch('a', { cookie: { expires: at(MINUTE) } }),
      ]);
      assert.equal((await one.get('a'))?.n, -round - 1);
    }
  });

  it('all and length report the sessions that live, and clear ends them for good', async () => {
    const { all, length, clear, set, destroy, get } = open();
    const other = open({ prefix: 'other' });
    const session = { cookie: { expires: at(MINUTE) } };
    await other.set('o', session);
    for (const id of ['a', 'b', 'l'.repeat(2000)]) await set(id, session);
    await destroy('b');
    assert.deepEqual((await all()).map(({ id }) => id).sort(), ['a', 'l'.repeat(2000)]);
    assert.equal(await length(), 2);
    await clear();
    assert.deepEqual([await length(), await all()], [0, []]);
    await set('a', session);
    assert.equal(await get('a'), null);
    assert.notEqual(await other.get('o'), null);
  });

  it('a session that cannot be stored or read is an error of the callback', async () => {
    const { get, set, touch } = open();
    const cycle: Record<string, unknown> = {};
    cycle.own = cycle;
    await rejectsWith('E_ENCODE', 'cycle', () => set('a', cycle));
    await rejectsWith('E_ARGUMENT', 'no object', () => set('a', 'text'));
    await rejectsWith('E_ARGUMENT', 'no id', () => get(7));
    assert.equal(await get('a'), null);
    for (const text of ['{', '7', '\xff']) {
      await subject.cache.setValue('sess:a', Buffer.from(text, 'latin1'), '1m');
      await rejectsWith('E_DECODE', text, () => get('a'));
      await rejectsWith('E_DECODE', text, () => touch('a', { cookie: {} }));
    }
  });

  it('a store of @fastify/session has the same sessions and the same tombstones', async () => {
    const store = fastifySessionStore(subject.cache);
    const express = open();
    await promisify(store.set)('a', { cookie: { expires: at(MINUTE) }, n: 1 } as object);
    assert.equal((await express.get('a'))?.n, 1);
    await promisify(store.destroy)('a');
    await promisify(store.set)('a', { cookie: { expires: at(MINUTE) }, n: 1 } as object);
    assert.equal(await promisify(store.get)('a'), null);
  });

  it("a call without a callback does its work, and its failure is nobody's rejection", async () => {
    const { store, get } = open();
    store.set('a', { cookie: { expires: at(MINUTE) } });
    await eventually('it is stored', async () => (await get('a')) !== null);
    store.destroy('a');
    store.destroy(7 as never);
    await eventually('it is destroyed', async () => (await get('a')) === null);
  });
});

describe('caches for web sessions', () => {
  it('a cache that can only degrade is refused when the store is made', async () => {
    await rejectsWith('E_ARGUMENT', 'express', async () =>
      expressSessionStore(EventEmitter, new NullCache()),
    );
    await rejectsWith('E_ARGUMENT', 'fastify', async () => fastifySessionStore(new NullCache()));
  });
});
