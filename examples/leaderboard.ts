/** A leaderboard: the best, the rank of a player, and the players around one; in Redis if one answers, else in memory. */
import assert from 'node:assert/strict';
import { type ICollectionSite, RedisConnection } from 'inversify-cache';
import { MemoryCollectionSite, RedisCollectionSite } from 'inversify-cache/data';

const connection = new RedisConnection({ url: process.env.REDIS_URL ?? 'redis://localhost:6379' });
await connection.start();
// region redis-collection-site
const shared = new RedisCollectionSite({ connection, prefix: 'shop:', codec: 'text' });
// endregion
const local = new MemoryCollectionSite({ codec: 'text' });
const collections: ICollectionSite = connection.status === 'ready' ? shared : local;

const points = { bob: 40, cid: 40, dan: 5, eve: 70, fay: 12 };
const name = `board:${process.pid}`;
await collections.getSortedSet<string>(name).addMany(Object.entries(points), { expire: '1m' });

/** The board of the example. */
async function play(board: ReturnType<typeof collections.getSortedSet<string>>) {
  // region board
  await board.incrementScore('ada', 10);
  const top = await board.range(0, 9, { reverse: true }); // The ten best.
  const near = await board.around('ada', 2, { reverse: true }); // Two better ones, ada, two worse ones.
  // endregion
  return { top, near };
}

const { top, near } = await play(collections.getSortedSet<string>(name));
// Equal scores are in the order of the names, and in reverse in the other one: cid is before bob.
assert.deepEqual(
  top.map(({ member }) => member),
  ['eve', 'cid', 'bob', 'fay', 'ada', 'dan'],
);
console.log(`best ${top.map(({ member, score }) => `${member} ${score}`).join(', ')}`);
console.log(`around ada ${near.map(({ rank, member }) => `${rank + 1}. ${member}`).join(', ')}`);

await collections.getSortedSet<string>(name).delete();
await local.close();
await shared.close();
await connection.close();
