import assert from 'node:assert/strict';
import { all } from '../expectations.js';
import { law, type SessionLaw } from './subject.js';

const USERS = [
  'a',
  'a}',
  '{a}',
  'a:b',
  '*',
  'a*',
  '__proto__',
  'constructor',
  '\0',
  'ä',
  ' ',
  'u'.repeat(1024),
];

/** Laws of the sessions of a user. */
export const userLaws: readonly SessionLaw[] = [
  law('a list reports every session of a user once, without what opens it', async (open) => {
    const { store } = await open();
    const made = await Promise.all(
      Array.from({ length: 150 }, (_, index) => store.create({ index }, { userId: 'ada' })),
    );
    await store.create({}, { userId: 'bob' });
    await store.create({});
    const found = await all(store.list('ada'));
    assert.deepEqual(
      found.map(({ reference }) => reference).sort(),
      made.map(({ reference }) => reference).sort(),
    );
    const byReference = new Map(made.map(({ reference, data }) => [reference, data]));
    for (const { reference, data, userId } of found) {
      assert.deepEqual([data, userId], [byReference.get(reference), 'ada']);
    }
    const text = JSON.stringify(found);
    for (const { id } of made) assert.ok(!text.includes(id), 'a summary has no id');
  }),
  law('every session of a user ends with `destroyAll`, and no other', async (open) => {
    const { store, twin } = await open();
    const made = await Promise.all(Array.from({ length: 250 }, () => store.create({}, { userId: 'ada' })));
    const next = await store.regenerate(made[0]?.id ?? '');
    const others = [await store.create({}, { userId: 'adam' }), await store.create({})];
    assert.equal(await twin.destroyAll('ada'), 250);
    const answers = await Promise.all([...made, next].map((session) => store.get(session?.id ?? '-')));
    assert.ok(answers.every((answer) => answer === undefined));
    assert.deepEqual(await all(store.list('ada')), []);
    assert.equal(await store.destroyAll('ada'), 0);
    for (const { id } of others) assert.ok(await store.get(id));
    const later = await store.create({}, { userId: 'ada' });
    assert.ok(await store.get(later.id), 'a session that was created later lives');
  }),
  law('users of all characters are kept apart', async (open) => {
    const { store } = await open();
    for (const userId of USERS) await store.create({ userId }, { userId });
    for (const userId of USERS) {
      assert.deepEqual(
        (await all(store.list(userId))).map(({ data, userId: of }) => [data.userId, of]),
        [[userId, userId]],
      );
    }
    assert.equal(await store.destroyAll('*'), 1);
    for (const userId of USERS.filter((user) => user !== '*')) {
      assert.equal((await all(store.list(userId))).length, 1, JSON.stringify(userId));
    }
  }),
  law('all sessions of a user end at one moment, whatever is done with them meanwhile', async (open) => {
    const { store, twin } = await open();
    const made = await Promise.all(Array.from({ length: 1500 }, () => store.create({}, { userId: 'ada' })));
    const [first, ...others] = made.map(({ id }) => id) as [string, ...string[]];
    let isOver = false;
    const all = store.destroyAll('ada').finally(() => {
      isOver = true;
    });
    while ((await twin.get(first)) !== undefined && !isOver);
    // The last ones first, because memory is freed from the front meanwhile, and then nothing could open them.
    const calls = [
      (id: string) => twin.get(id),
      (id: string) => twin.regenerate(id),
      (id: string) => twin.update(id, (data) => data),
    ];
    const later = await Promise.all(others.reverse().map((id, index) => calls[index % 3]?.(id)));
    assert.ok(later.every((session) => session === undefined));
    const next = await twin.create({}, { userId: 'ada' });
    assert.equal(await all, 1500);
    assert.ok(await store.get(next.id), 'a session that was created later lives');
  }),
];
