import assert from 'node:assert/strict';
import { OperationError } from '../../../src/interfaces/errors.js';
import { rejectsWith } from '../expectations.js';
import { type CollectionLaw, law } from './subject.js';

/** Laws of pops that wait. */
export const waitingLaws: readonly CollectionLaw[] = [
  law('a blocking pop takes an item that is there at once', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    await list.pushLast(['a', 'b', 'c']);
    assert.equal(await list.blockingPopFirst({ wait: '1m' }), 'a');
    assert.equal(await list.blockingPopLast({ wait: '1m' }), 'c');
    assert.equal(await list.size(), 1);
  }),
  law('a blocking pop waits for an item, and holds up no other call', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    const first = list.blockingPopFirst({ wait: '1m' });
    assert.equal(await site.getCounter('other').increment(), 1n);
    assert.equal(await list.size(), 0);
    await list.pushLast('a');
    assert.equal(await first, 'a');
    const last = list.blockingPopLast({ wait: '1m' });
    await list.pushFirst('b');
    assert.equal(await last, 'b');
    assert.equal(await list.size(), 0);
  }),
  law('items go to the blocking pops in the order of their arrival, each to one', async (open) => {
    const { site, waiting } = await open();
    const list = site.getList<string>('l');
    const pops: Promise<string | undefined>[] = [];
    for (let call = 1; call <= 3; call += 1) {
      pops.push(list.blockingPopFirst({ wait: '1m' }));
      await waiting(call);
    }
    assert.equal(await list.pushLast(['a', 'b', 'c', 'd']), 4);
    assert.deepEqual(await Promise.all(pops), ['a', 'b', 'c']);
    assert.deepEqual(await list.range(0, -1), ['d']);
  }),
  law('a blocking pop ends without an item when its wait is over', async (open) => {
    const { site, advance } = await open({ wait: '30ms' });
    const list = site.getList<string>('l');
    const pops = [list.blockingPopFirst(), list.blockingPopLast({ wait: 50 })];
    await advance(60);
    assert.deepEqual(await Promise.all(pops), [undefined, undefined]);
    await list.pushLast('a');
    assert.equal(await list.size(), 1);
  }),
  law('a blocking pop that is aborted rejects, and takes no item', async (open) => {
    const { site, waiting } = await open();
    const list = site.getList<string>('l');
    const abort = new AbortController();
    const reason = new Error('the user has left');
    const pop = rejectsWith('E_ABORTED', 'the pop', () =>
      list.blockingPopFirst({ wait: '1m', signal: abort.signal }),
    );
    await waiting(1);
    abort.abort(reason);
    const error = await pop;
    assert.ok(OperationError.is(error) && error.cause === reason);
    assert.equal(error.outcome, 'not-sent');
    await list.pushLast('a');
    assert.deepEqual(await list.range(0, -1), ['a']);
  }),
  law('a close ends every blocking pop, and takes no item', async (open) => {
    const { site, waiting } = await open();
    const list = site.getList<string>('l');
    const pop = rejectsWith('E_DISPOSED', 'the pop', () => list.blockingPopFirst({ wait: '1m' }));
    await waiting(1);
    await site.close();
    await pop;
  }),
];
