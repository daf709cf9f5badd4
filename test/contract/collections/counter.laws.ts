import assert from 'node:assert/strict';
import { rejectsWith } from '../expectations.js';
import { refusedFor } from './refused.js';
import { type CollectionLaw, law } from './subject.js';

const MAX = 2n ** 63n - 1n;

/** Laws of counters. */
export const counterLaws: readonly CollectionLaw[] = [
  law('a counter that is absent is 0, and starts with what is added', async (open) => {
    const { site } = await open();
    assert.equal(await site.getCounter('a').value(), 0n);
    assert.equal(await site.getCounter('a').increment(), 1n);
    assert.equal(await site.getCounter('b').increment(-7), -7n);
    assert.equal(await site.getCounter('b').increment(10n), 3n);
    assert.equal(await site.getCounter('b').decrement(5), -2n);
    assert.equal(await site.getCounter('b').decrement(), -3n);
    assert.equal(await site.getCounter('b').value(), -3n);
  }),
  law('a thousand overlapping increments add up to a thousand', async (open) => {
    const { site } = await open();
    const counter = site.getCounter('views');
    const seen = await Promise.all(Array.from({ length: 1000 }, () => counter.increment()));
    assert.equal(await counter.value(), 1000n);
    assert.equal(new Set(seen).size, 1000);
  }),
  law('the life of a counter begins with its first increment, and no later one moves it', async (open) => {
    const { site, advance } = await open();
    const counter = site.getCounter('hits');
    await counter.increment(1, { expire: '1m' });
    await advance(40_000);
    assert.equal(await counter.increment(1, { expire: '1m' }), 2n);
    await counter.increment();
    await counter.incrementFloat(1, { expire: '1m' });
    const life = await counter.lifeOf();
    assert.ok(life.state === 'expiring' && life.remainingMs <= 20_000, JSON.stringify(life));
    await advance(20_000);
    assert.equal(await counter.increment(1, { expire: '1m' }), 1n);
  }),
  law('an increment with a life repairs a counter that has none', async (open) => {
    const { site } = await open();
    const counter = site.getCounter('hits');
    await counter.increment();
    assert.deepEqual(await counter.lifeOf(), { state: 'persistent' });
    assert.equal(await counter.increment(1, { expire: '1h' }), 2n);
    assert.equal((await counter.lifeOf()).state, 'expiring');
  }),
  law(
    'a counter is exact to 64 bits, and a result beyond them is refused and changes nothing',
    async (open) => {
      const { site } = await open();
      for (const expire of [undefined, '1h'] as const) {
        const counter = site.getCounter(`big ${expire}`);
        await counter.increment(2n ** 53n, { expire });
        assert.equal(await counter.increment(1, { expire }), 2n ** 53n + 1n);
        assert.equal(await counter.increment(MAX - 2n ** 53n - 1n, { expire }), MAX);
        await refusedFor('ERR', 'one more', () => counter.increment(1, { expire }));
        assert.equal(await counter.value(), MAX);
        assert.equal(await counter.reset(), MAX);
        assert.equal(await counter.increment(-MAX - 1n, { expire }), -MAX - 1n);
        await refusedFor('ERR', 'one less', () => counter.decrement(1, { expire }));
        assert.equal(await counter.value(), -MAX - 1n);
      }
    },
  ),
  law('a value that is no integer is refused, and stays as it was', async (open) => {
    const { site } = await open();
    const counter = site.getCounter('mean');
    await counter.incrementFloat(1.5);
    await refusedFor('ERR', 'increment', () => counter.increment());
    await refusedFor('ERR', 'value', () => counter.value());
    await refusedFor('ERR', 'reset', () => counter.reset());
    assert.equal(await counter.floatValue(), 1.5);
  }),
  law('a counter adds fractions, and refuses a sum that is no finite number', async (open) => {
    const { site } = await open();
    const counter = site.getCounter('weight');
    assert.equal(await counter.floatValue(), 0);
    assert.equal(await counter.incrementFloat(10.5), 10.5);
    assert.equal(await counter.incrementFloat(-0.25), 10.25);
    assert.equal(await counter.incrementFloat(0.75), 11);
    assert.equal(await counter.value(), 11n);
    assert.ok(Math.abs((await counter.incrementFloat(0.1)) - 11.1) < 1e-9);
    for (const by of [Number.NaN, Number.POSITIVE_INFINITY])
      await rejectsWith('E_ARGUMENT', String(by), () => counter.incrementFloat(by));
  }),
  law('a reset returns the value that it deletes, so that no increment is lost', async (open) => {
    const { site } = await open();
    const counter = site.getCounter('sold');
    assert.equal(await counter.reset(), 0n);
    const taken = Array.from({ length: 200 }, (_, call) =>
      call % 10 === 9 ? counter.reset() : counter.increment().then(() => 0n),
    );
    const sum = (await Promise.all(taken)).reduce((all, each) => all + each, 0n);
    assert.equal(sum + (await counter.reset()), 180n);
    assert.deepEqual(await counter.lifeOf(), { state: 'absent' });
  }),
];
