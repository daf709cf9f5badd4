import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { settlesWithin } from '../../support/time/eventually.js';
import { rejectsWith } from '../expectations.js';
import { HeldLoader, outcomeOf, unhandledDuring, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import { type AnyCache, law, lawOf, shownBy, type TypedLaw } from './subject.js';

/** Hard timeout of a call whose store does not answer at all: far below the timeout of a command. */
const FROZEN_HARD = 60;
/** Hard timeout of a call; the store must answer within a quarter of it, on a busy machine too. */
const HARD = 1000;

/** Settles when a cache has no load in progress. */
async function eventuallyIdle(cache: AnyCache): Promise<void> {
  while (cache.stats().loading > 0) await setImmediate();
}

export const timeoutLaws: readonly TypedLaw[] = [
  law('hardTimeout bounds a call whose load hangs', async (open) => {
    const opened = await open({ hardTimeout: HARD });
    const loader = new HeldLoader();
    const call = outcomeOf(opened.cache.getOrSet('k', loader.load));
    await loader.call();
    const outcome = await passing(opened, HARD + 5, 'a call whose load hangs', call);
    assert.ok('error' in outcome);
    assert.equal((outcome.error as { code?: unknown }).code, 'E_OPERATION_TIMEOUT');
    loader.calls[0]?.resolve('v');
  }),
  law('hardTimeout of one call bounds no other call', async (open) => {
    const opened = await open();
    const loader = new HeldLoader();
    const patient = opened.cache.getOrSet('k', loader.load);
    const hasty = outcomeOf(opened.cache.getOrSet('k', loader.load, { hardTimeout: HARD }));
    const one = await loader.call();
    assert.ok('error' in (await passing(opened, HARD + 5, 'the hasty call', hasty)));
    assert.equal(one.context.signal.aborted, false);
    one.resolve('v');
    assert.equal(await patient, 'v');
  }),
  law('a load that outlives its caller continues and is stored', async (open) => {
    const opened = await open({ hardTimeout: HARD });
    const { cache } = opened;
    const loader = new HeldLoader();
    const call = outcomeOf(cache.getOrSet('k', loader.load));
    const one = await loader.call();
    assert.ok('error' in (await passing(opened, HARD + 5, 'the call', call)));
    assert.equal(one.context.signal.aborted, false, 'it may go on');
    one.resolve('v');
    await turns();
    // It may still be on its way to the store: then this call joins it.
    assert.equal(await cache.getOrSet('k', unwanted), 'v');
    assert.equal(await cache.get('k'), 'v');
  }),
  law('a later call joins a load that has outlived its caller', async (open) => {
    const opened = await open();
    const { cache } = opened;
    const loader = new HeldLoader();
    const call = outcomeOf(cache.getOrSet('k', loader.load, { hardTimeout: HARD }));
    const one = await loader.call();
    await passing(opened, HARD + 5, 'the call', call);
    const next = cache.getOrSet('k', unwanted);
    await turns();
    one.resolve('v');
    assert.equal(await next, 'v');
  }),
  law('a load that outlives its caller and fails causes no unhandled rejection', async (open) => {
    const opened = await open({ hardTimeout: HARD });
    const loader = new HeldLoader();
    const unhandled = await unhandledDuring(async () => {
      const call = outcomeOf(opened.cache.getOrSet('k', loader.load));
      const one = await loader.call();
      await passing(opened, HARD + 5, 'the call', call);
      one.reject(new Error('no caller waits for this'));
      await turns();
    });
    assert.deepEqual(unhandled, []);
  }),
  ...(['get', 'getOrSet'] as const).map((name) =>
    lawOf('outage', `hardTimeout bounds ${name} while the store is frozen`, async (open) => {
      const opened = await open({ hardTimeout: FROZEN_HARD });
      const outage = shownBy('outage', opened.outage);
      await outage.begin('frozen');
      const loader = new HeldLoader();
      const { cache } = opened;
      const outcome = outcomeOf(name === 'get' ? cache.get('k') : cache.getOrSet('k', loader.load));
      await passing(opened, FROZEN_HARD + 5, `${name} on a store that is frozen`, outcome);
      for (const one of loader.calls) one.resolve('v');
      await outage.end();
    }),
  ),
  lawOf('steps', 'hardTimeout bounds the write of a loaded value', async (open) => {
    const opened = await open({ hardTimeout: HARD });
    const write = shownBy('steps', opened.hold?.('write'));
    const call = outcomeOf(opened.cache.getOrSet('k', async () => 'v'));
    await write.arrived;
    const outcome = await passing(opened, HARD + 5, 'a call that is being stored', call);
    assert.deepEqual(outcome, { value: 'v' });
    write.release();
  }),
  lawOf('fenced', 'hardTimeout bounds the wait for the lease of another process', async (open) => {
    const opened = await open({ lease: 'cluster' });
    const elsewhere = await opened.peer({ lease: 'cluster' });
    const loader = new HeldLoader();
    const theirs = elsewhere.getOrSet('k', loader.load);
    const one = await loader.call();
    const call = outcomeOf(opened.cache.getOrSet('k', unwanted, { hardTimeout: HARD }));
    const outcome = await passing(opened, HARD + 5, 'a call that waits for a lease', call);
    assert.ok('error' in outcome);
    assert.equal((outcome.error as { code?: unknown }).code, 'E_OPERATION_TIMEOUT');
    one.resolve('v');
    assert.equal(await settlesWithin(2000, 'the load of the other', theirs), 'v');
    // The work that continues without a caller sees the value too.
    await passing(opened, 1000, 'the load', eventuallyIdle(opened.cache));
  }),
  law('a timeout that is not a duration is refused, on the component and on a call', async (open) => {
    const { cache } = await open();
    for (const timeout of [0, -1, Number.NaN, 'soon', '1']) {
      for (const name of ['hardTimeout', 'loadTimeout'] as const) {
        await rejectsWith('E_ARGUMENT', `${name} ${timeout}`, () =>
          cache.getOrSet('k', unwanted, { [name]: timeout as never }),
        );
        await assert.rejects(open({ [name]: timeout }), { code: /^E_(ARGUMENT|CONFIG_SCHEMA)$/ });
      }
    }
  }),
];
