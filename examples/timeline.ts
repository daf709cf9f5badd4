/** The life of one value with a TTL of 5 minutes and a grace of an hour: who gets what. */
import assert from 'node:assert/strict';
import { MemoryCache, TypedCache } from 'inversify-cache';
import { ManualClock } from './manual-clock.js';

// region clock
const clock = new ManualClock(); // Implements IClock; a test moves it on with clock.advance(ms).
const store = new MemoryCache({ clock });
// endregion
// region timeline
const prices = new TypedCache<number>({
  store,
  clock,
  namespace: 'prices',
  expire: '5m', // TTL: fresh until here
  grace: '1h', // kept for an hour after that, stale
});
// endregion

let source: () => Promise<number> = async () => 1;
const load = (): Promise<number> => source();
const failing = (): Promise<number> => Promise.reject(new Error('the source is down'));
const show = async (when: string, loading = load): Promise<void> => {
  const [read, entry] = [await prices.get('tea'), await prices.getEntry('tea')];
  const loaded = await prices.getOrSet('tea', loading).catch((error: Error) => error.message);
  console.log(`${when.padEnd(22)}get ${read} (${entry?.state ?? 'miss'}), getOrSet ${loaded}`);
};

await show('nothing stored');
source = async () => 2;
clock.advance(4 * 60_000);
await show('fresh, after 4 min');
clock.advance(2 * 60_000);
await show('stale, source down', failing);
clock.advance(60_000); // After `graceBackoff`, 10 seconds, the next call tries to load again.
await show('stale, source back');
await show('fresh again');
clock.advance(65 * 60_000);
await show('gone, source down', failing);

assert.equal(await prices.get('tea'), undefined);
await prices.close();
await store.close();
