/** A codec and a schema of your own, registered by a name that a declaration uses. */
import assert from 'node:assert/strict';
import { ComponentSite, ICodec, IStandardSchema, ITypedCache, loadComponentSite } from 'inversify-cache';
import { z } from 'zod';

// region codec
const float64: ICodec = {
  id: 'float64',
  encode: (value) => {
    if (typeof value !== 'number') throw new TypeError('expected a number'); // Never drop or change in silence.
    return new Uint8Array(new Float64Array([value]).buffer);
  },
  decode: (bytes) => Buffer.from(bytes).readDoubleLE(), // Throws if there are too few bytes.
};
// endregion
// region schema
const Price: IStandardSchema<number> = z.number().positive(); // zod, valibot, arktype: any Standard Schema.
// endregion

// region register
const site = new ComponentSite();
site.registerComponent(ICodec, float64, 'float64'); // In a declaration: codec: float64
site.registerComponent(IStandardSchema, Price, 'Price'); // In a declaration: schema: Price
await loadComponentSite('config/typed.yml', { site });
// endregion
const prices = site.getComponent<ITypedCache<number>>(ITypedCache, 'users');

// region use
const price = await prices.getOrSet('tea', async () => 2.5, { codec: 'float64', schema: Price });
// endregion
assert.equal(price, 2.5);
const { codec, bytes } = await prices.explain('tea');
assert.ok(bytes !== null && bytes < 100);
await assert.rejects(prices.set('tea', 'free' as never, { codec: 'float64' }), { code: 'E_ENCODE' });
console.log(`tea costs ${price}, stored as ${codec}`);
await site.close();
