import assert from 'node:assert/strict';
import { rejectsWith } from '../expectations.js';
import { admitted, EACH } from './steps.js';
import { type LimiterLaw, law, lawOfShared } from './subject.js';

const ONE = [{ name: 'a', algorithm: 'fixedWindow', limit: 5, per: '1m' }] as const;
const BAD: readonly [what: string, cost: unknown][] = [
  ['zero', 0],
  ['a negative cost', -1],
  ['a fraction', 1.5],
  ['no number', '1'],
  ['NaN', Number.NaN],
  ['more than the limit', 6],
];

/** Laws of what is charged, blocked and forgotten. */
export const chargingLaws: readonly LimiterLaw[] = [
  law('a call that is denied changes nothing', async (open) => {
    for (const limit of EACH) {
      const { limiter, advance } = await open({ limits: [limit] });
      await limiter.consume('k', { cost: 5 });
      await advance(100);
      const before = await limiter.peek('k');
      assert.equal(await admitted(limiter, 'k', 20), 0);
      assert.deepEqual(await limiter.peek('k'), before, limit.algorithm);
    }
  }),
  law('a cost is charged as a whole or not at all', async (open) => {
    for (const limit of EACH) {
      const { limiter } = await open({ limits: [limit] });
      assert.equal((await limiter.consume('k', { cost: 3 })).remaining, 2);
      assert.equal((await limiter.consume('k', { cost: 3 })).allowed, false, limit.algorithm);
      assert.equal((await limiter.consume('k', { cost: 2 })).remaining, 0, limit.algorithm);
    }
  }),
  law('a call that one limit denies is charged to none', async (open) => {
    const { limiter, advance } = await open({
      limits: [
        { name: 'wide', algorithm: 'slidingWindow', limit: 10, per: '1m' },
        { name: 'narrow', algorithm: 'fixedWindow', limit: 2, per: '1s' },
        { name: 'third', algorithm: 'tokenBucket', limit: 10, per: '1h' },
      ],
    });
    assert.equal(await admitted(limiter, 'k', 30), 2);
    const { limits, allowed, limit, retryAfterMs } = await limiter.peek('k');
    assert.deepEqual(
      limits.map(({ name, remaining, allowed }) => [name, remaining, allowed]),
      [
        ['wide', 8, true],
        ['narrow', 0, false],
        ['third', 8, true],
      ],
    );
    assert.deepEqual([allowed, limit, retryAfterMs], [false, 2, 1000]);
    await advance(1000);
    assert.equal(await admitted(limiter, 'k', 30), 2);
  }),
  law('the numbers of a decision are those of the tightest limit', async (open) => {
    const { limiter } = await open({
      limits: [
        { name: 'wide', algorithm: 'fixedWindow', limit: 10, per: '1h' },
        { name: 'narrow', algorithm: 'fixedWindow', limit: 3, per: '1s' },
      ],
    });
    const { limit, remaining, windowMs, resetAfterMs } = await limiter.consume('k');
    assert.deepEqual([limit, remaining, windowMs, resetAfterMs], [3, 2, 1000, 1000]);
  }),
  law('`peek` decides as the next `consume` does, and changes nothing', async (open) => {
    const { limiter, advance } = await open({ limits: EACH });
    for (let call = 0; call < 8; call += 1) {
      await limiter.peek('k');
      const seen = await limiter.peek('k');
      assert.deepEqual(await limiter.consume('k'), seen, `call ${call}`);
      await advance(20);
    }
  }),
  law('a request that is repeated is charged once, and answered alike', async (open) => {
    const { limiter, advance } = await open({ limits: ONE });
    const first = await limiter.consume('k', { requestId: 'r', cost: 2 });
    await advance(500);
    assert.deepEqual(await limiter.consume('k', { requestId: 'r', cost: 2 }), first);
    assert.equal((await limiter.peek('k')).remaining, 2);
    assert.equal((await limiter.consume('k', { requestId: 's', cost: 2 })).remaining, 1);
    assert.equal((await limiter.consume('other', { requestId: 'r' })).remaining, 4);
  }),
  law('a request that was denied is decided anew when it is repeated', async (open) => {
    const { limiter, advance } = await open({ limits: ONE });
    await limiter.consume('k', { cost: 5 });
    assert.equal((await limiter.consume('k', { requestId: 'r' })).allowed, false);
    await advance(60_000);
    assert.equal((await limiter.consume('k', { requestId: 'r' })).allowed, true);
  }),
  law('a block denies every call until its time is over', async (open) => {
    const { limiter, advance } = await open({ limits: ONE });
    await limiter.block('k', '10m');
    const { allowed, retryAfterMs, remaining } = await limiter.consume('k');
    assert.deepEqual([allowed, remaining], [false, 0]);
    assert.ok(retryAfterMs > 599_000 && retryAfterMs <= 600_000, String(retryAfterMs));
    assert.equal((await limiter.consume('other')).allowed, true);
    await advance(600_000);
    assert.equal(await admitted(limiter, 'k', 9), 5);
  }),
  law('`blockFor` blocks a key with its first denial, and later denials do not prolong it', async (open) => {
    const { limiter, advance } = await open({ limits: ONE, blockFor: '10m' });
    assert.equal(await admitted(limiter, 'k', 5), 5);
    assert.ok((await limiter.peek('k')).retryAfterMs > 599_000);
    assert.equal((await limiter.consume('k')).allowed, false);
    await advance(300_000);
    const { allowed, retryAfterMs } = await limiter.consume('k');
    assert.equal(allowed, false);
    assert.ok(retryAfterMs > 299_000 && retryAfterMs <= 300_000, String(retryAfterMs));
    await advance(300_000);
    assert.equal((await limiter.consume('k')).allowed, true);
  }),
  law('`reset` forgets counts and block of a key', async (open) => {
    const { limiter } = await open({ limits: EACH });
    assert.equal(await limiter.reset('k'), false);
    await admitted(limiter, 'k', 6);
    assert.equal(await limiter.reset('k'), true);
    assert.equal(await admitted(limiter, 'k', 6), 5);
    await limiter.block('k', '1h');
    assert.equal(await limiter.reset('k'), true);
    assert.equal((await limiter.consume('k')).allowed, true);
  }),
  law('a key that is exempt is always allowed and never counted', async (open) => {
    const { limiter } = await open({ limits: ONE, exempt: ['admin/*', 'root'] });
    const decision = await limiter.consume('admin/7');
    assert.deepEqual([decision.source, decision.degraded, decision.remaining], ['policy', false, 5]);
    assert.equal(await admitted(limiter, 'admin/7', 20), 20);
    assert.equal(await admitted(limiter, 'root', 20), 20);
    assert.equal(await admitted(limiter, 'admins', 20), 5);
  }),
  law('keys of all characters count apart', async (open) => {
    const { limiter } = await open({ limits: ONE });
    const keys = [
      'a',
      'a}',
      '{a}',
      'a:b',
      '*',
      '__proto__',
      '\0',
      'ä',
      'b',
      'w',
      'x'.repeat(33),
      'x'.repeat(1024),
    ];
    for (const key of keys) assert.equal(await admitted(limiter, key, 7), 5, JSON.stringify(key.slice(0, 9)));
    await limiter.reset('*');
    assert.equal((await limiter.peek('a')).allowed, false);
  }),
  law('an invalid key, cost, request or duration is refused before anything is counted', async (open) => {
    const { limiter } = await open({ limits: ONE });
    for (const [what, cost] of BAD) {
      const options = { cost: cost as number };
      await rejectsWith('E_ARGUMENT', `consume of ${what}`, () => limiter.consume('k', options));
      await rejectsWith('E_ARGUMENT', `peek of ${what}`, () => limiter.peek('k', options));
    }
    for (const key of ['', 'x'.repeat(1025), '\ud800', 7 as unknown as string]) {
      await rejectsWith('E_ARGUMENT', 'consume', () => limiter.consume(key));
      await rejectsWith('E_ARGUMENT', 'reset', () => limiter.reset(key));
      await rejectsWith('E_ARGUMENT', 'block', () => limiter.block(key, '1s'));
      await rejectsWith('E_ARGUMENT', 'a request', () => limiter.consume('k', { requestId: key }));
    }
    await rejectsWith('E_ARGUMENT', 'a block of 0', () => limiter.block('k', 0));
    assert.equal((await limiter.peek('k')).remaining, 4);
  }),
  law('a call whose signal has aborted is refused and charges nothing', async (open) => {
    const { limiter } = await open({ limits: ONE });
    const signal = AbortSignal.abort();
    await rejectsWith('E_ABORTED', 'consume', () => limiter.consume('k', { signal }));
    assert.equal((await limiter.consume('k')).remaining, 4);
  }),
  law('every call of a limiter that is closed rejects', async (open) => {
    const { limiter } = await open({ limits: ONE });
    await limiter.close();
    await limiter.close();
    await rejectsWith('E_DISPOSED', 'consume', () => limiter.consume('k'));
    await rejectsWith('E_DISPOSED', 'peek', () => limiter.peek('k'));
    await rejectsWith('E_DISPOSED', 'reset', () => limiter.reset('k'));
    await rejectsWith('E_DISPOSED', 'block', () => limiter.block('k', '1s'));
  }),
  lawOfShared('limiters of the same counts admit one limit together', async (open) => {
    const { limiter, twin } = await open({ limits: EACH });
    assert.ok(twin);
    const others = await Promise.all([twin(), twin()]);
    const counts = await Promise.all([limiter, ...others].map((each) => admitted(each, 'k', 20)));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      5,
    );
    await limiter.block('b', '1m');
    assert.equal((await others[0]?.consume('b'))?.allowed, false);
    await others[1]?.reset('b');
    assert.equal((await limiter.consume('b')).allowed, true);
  }),
];
