/** Counters, hashes, lists and sets as data: each with its life from the step that creates it. */
import assert from 'node:assert/strict';
import { ComponentSite, ICollectionSite } from 'inversify-cache';
import { MemoryCollectionSite } from 'inversify-cache/data';

// region memory-collection-site
const local = new MemoryCollectionSite({ codec: 'text', maxBytes: '16MiB' });
// endregion
await using site = new ComponentSite();
site.registerComponent(ICollectionSite, local, 'data');
// region collection-site
const collections = site.getComponent(ICollectionSite, 'data');
const board = collections.getSortedSet<string>('board');
// endregion
await board.add('ada', 1);

// region counter
const views = collections.getCounter('views:home');
await views.increment(1, { expire: '1d' }); // The life begins with the first view, and no later view moves it.
// endregion
assert.equal(await views.increment(2n ** 53n), 2n ** 53n + 1n); // Exact beyond the integers of a number.

// region hash
const session = collections.getHash<string>('session:7');
await session.setFields({ user: 'ada', theme: 'dark' }, { expire: '30m' }); // Never a hash without its life.
await session.field('theme'); // 'dark'
// endregion
const { state } = await session.lifeOf();
console.log(`session of ${await session.field('user')}, ${state}`);

// region list
const recent = collections.getList<string>('recent:7');
await recent.pushCapped('/cart', 10); // The ten latest pages, never more.
await recent.range(0, 2);
// endregion
const next = collections.getList<string>('jobs').blockingPopFirst({ wait: '5s' });
await collections.getList<string>('jobs').pushLast('send mail');
console.log(`a pop that waited got: ${await next}`);

// region set
const online = collections.getSet<string>('online');
await online.add(['ada', 'bob']);
await online.intersection('friends:7'); // Members of both sets.
// endregion
await collections.getSet<string>('friends:7').add(['bob', 'eve']);
assert.deepEqual(await online.intersection('friends:7'), ['bob']);

const error: { reason?: string } = await collections
  .getList('online')
  .size()
  .catch((refused) => refused);
console.log(`a set is no list: ${error.reason}`);
await local.close();
