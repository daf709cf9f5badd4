/** A codec for a class, whose instances no built-in codec can represent. */
import assert from 'node:assert/strict';
import { type ICodec, MemoryCache, TypedCache } from 'inversify-cache';

// region class-codec
class Money {
  constructor(readonly cents: bigint) {}
}

const money: ICodec = {
  id: 'money',
  encode: (value) => {
    if (!(value instanceof Money)) throw new TypeError('expected Money');
    return Buffer.from(String(value.cents));
  },
  decode: (bytes) => new Money(BigInt(Buffer.from(bytes).toString())),
};
const memory = new MemoryCache();
const fees = new TypedCache<Money>({ store: memory, namespace: 'fees', codec: money });

const fee = await fees.getOrSet('tea', async () => new Money(250n)); // A copy of class Money, from the cache too.
// endregion
assert.deepEqual([fee, await fees.get('tea')], [new Money(250n), new Money(250n)]);
await fees.close();
await memory.close();
console.log(`the fee is ${fee?.cents} cents, of class ${fee?.constructor.name}`);
