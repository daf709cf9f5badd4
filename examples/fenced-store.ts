/** The port under a typed cache: a slow load cannot overwrite a later change. */
import assert from 'node:assert/strict';
import { type IFencedStore, MemoryCache } from 'inversify-cache';

const memory = new MemoryCache();
const store: IFencedStore = memory;
// region fenced-store
const { entries } = await store.read({ keys: ['user:7'], capture: { life: '1m' } });
const fence = entries[0]?.fence ?? '';

await store.invalidate(['user:7']); // The user changes while we load it.

const outcome = await store.write('user:7', Buffer.from('outdated'), '1h', fence); // 'fenced': not stored
// endregion
assert.equal(outcome, 'fenced');
assert.equal(await memory.getValue('user:7'), null);
console.log(`the outdated value was ${outcome}`);
await memory.close();
