import assert from 'node:assert/strict';
import type { ISessionStore } from '../../../src/interfaces/session-store.js';
import { all, assertRemains } from '../expectations.js';
import { law, opened, type SessionLaw } from './subject.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Longer than a slow machine takes for one law. */
const SLACK_MS = 10_000;

const USES: readonly (readonly [
  name: string,
  use: (store: ISessionStore, id: string) => Promise<unknown>,
])[] = [
  ['get', (store, id) => store.get(id)],
  ['touch', (store, id) => store.touch(id)],
  ['update', (store, id) => store.update(id, (data) => data)],
];

/** Laws of how long a session lives. */
export const lifeLaws: readonly SessionLaw[] = [
  law(
    'a session lives for half an hour without a use, and for a day in all, if nothing else is declared',
    async (open) => {
      const { store, advance } = await open();
      const { id, remainingMs } = await store.create({});
      assertRemains(remainingMs, 30 * MINUTE_MS);
      for (let use = 0; use < 57; use += 1) {
        await advance(25 * MINUTE_MS);
        assert.equal(await store.touch(id), true, `use ${use}`);
      }
      await advance(14 * MINUTE_MS);
      assertRemains((await opened(store, id)).remainingMs, MINUTE_MS);
      await advance(MINUTE_MS);
      assert.equal(await store.get(id), undefined);
    },
  ),
  law('every use renews the idle life of a session, and a session that is not used ends', async (open) => {
    const { store, advance } = await open({ idle: '10m', absolute: 'none' });
    for (const [name, use] of USES) {
      const { id } = await store.create({});
      await advance(10 * MINUTE_MS - SLACK_MS);
      await use(store, id);
      await advance(10 * MINUTE_MS - SLACK_MS);
      assertRemains((await opened(store, id)).remainingMs, 10 * MINUTE_MS);
      await use(store, id);
      await advance(10 * MINUTE_MS);
      assert.equal(await store.touch(id), false, `${name} is long ago`);
      assert.equal(await store.get(id), undefined, `${name} is long ago`);
    }
  }),
  law('a list renews no session', async (open) => {
    const { store, advance } = await open({ idle: '10m' });
    const { id } = await store.create({}, { userId: 'ada' });
    await advance(6 * MINUTE_MS);
    const [summary] = await all(store.list('ada'));
    assertRemains(summary?.remainingMs ?? null, 4 * MINUTE_MS);
    await advance(4 * MINUTE_MS);
    assert.equal(await store.get(id), undefined);
  }),
  law('a session ends at its longest life, however often it is used or regenerated', async (open) => {
    const { store, advance } = await open({ idle: '1h', absolute: '3h' });
    let { id } = await store.create({}, { userId: 'ada' });
    for (let use = 0; use < 4; use += 1) {
      await advance(40 * MINUTE_MS);
      const next = await store.regenerate(id);
      assert.ok(next, `use ${use}`);
      id = next.id;
    }
    assertRemains((await opened(store, id)).remainingMs, 20 * MINUTE_MS);
    await advance(20 * MINUTE_MS);
    assert.equal(await store.get(id), undefined);
    assert.equal(await store.touch(id), false);
    assert.deepEqual(await all(store.list('ada')), []);
  }),
  law('a session without a longest life goes on while it is used, and its user finds it', async (open) => {
    const { store, advance } = await open({ idle: '1h', absolute: 'none' });
    const { id } = await store.create({ a: 1 }, { userId: 'ada' });
    for (let use = 0; use < 30; use += 1) {
      await advance(50 * MINUTE_MS);
      assert.equal(await store.touch(id), true, `use ${use}`);
      await store.create({}, { userId: 'ada' });
    }
    assert.ok((await all(store.list('ada'))).some(({ data }) => data.a === 1));
    assert.ok((await store.destroyAll('ada')) >= 2);
    assert.equal(await store.get(id), undefined);
  }),
  law('sessions that have expired are neither listed nor counted', async (open) => {
    const { store, advance } = await open({ idle: '1h', absolute: 'none' });
    await store.create({ age: 'old' }, { userId: 'ada' });
    await advance(40 * MINUTE_MS);
    await store.create({ age: 'new' }, { userId: 'ada' });
    await advance(20 * MINUTE_MS + SLACK_MS);
    assert.deepEqual(
      (await all(store.list('ada'))).map(({ data }) => data.age),
      ['new'],
    );
    await advance(HOUR_MS);
    assert.deepEqual(await all(store.list('ada')), []);
    assert.equal(await store.destroyAll('ada'), 0);
  }),
];
