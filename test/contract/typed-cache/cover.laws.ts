import assert from 'node:assert/strict';
import { ConnectionError, OperationError } from '../../../src/interfaces/errors.js';
import { outcomeOf } from './loading.js';
import { passing, turns } from './passing.js';
import {
  type AnyCache,
  lawOf,
  type OpenTyped,
  shownBy,
  type TypedLaw,
  type TypedOptions,
} from './subject.js';

/** Laws of the option `invalidation`: what callers learn of an invalidation that did not reach the store. */

const FAILINGS = ['gone', 'frozen', 'refusing'] as const;
/** Longer than the deadline of a store that does not answer. */
const ANSWER_MS = 4500;

/** A way to invalidate `k`, which carries `t`, and its result when nothing is known about the store. */
const INVALIDATIONS: readonly (readonly [string, (cache: AnyCache) => Promise<unknown>, unknown])[] = [
  ['delete', (cache) => cache.delete('k'), false],
  ['deleteMany', (cache) => cache.deleteMany(['other', 'k']), 0],
  ['expire', (cache) => cache.expire('k'), false],
  ['invalidateTags', (cache) => cache.invalidateTags('t'), undefined],
  ['clear', (cache) => cache.clear(), undefined],
];

const tagged = { tags: ['t'] };

async function withStored(
  open: (options?: TypedOptions) => Promise<OpenTyped>,
  options: TypedOptions,
): Promise<OpenTyped> {
  const opened = await open(options);
  await opened.cache.set('k', 'old', tagged);
  return opened;
}

export const coverLaws: readonly TypedLaw[] = INVALIDATIONS.flatMap(([name, invalidate, unknown]) => [
  lawOf('outage', `the error of a failed ${name} names the cache and the call`, async (open) => {
    for (const how of FAILINGS) {
      const opened = await withStored(open, {});
      await shownBy('outage', opened.outage).begin(how);
      const outcome = await passing(opened, ANSWER_MS, name, outcomeOf(invalidate(opened.cache)));
      assert.ok('error' in outcome);
      const { error } = outcome;
      assert.ok(ConnectionError.is(error) || OperationError.is(error), String(error));
      assert.ok(error.message.startsWith(`TypedCache typed.${name} did not reach the store`), error.message);
      assert.ok(error.cause instanceof Error);
      await shownBy('outage', opened.outage).end();
    }
  }),
  lawOf(
    'outage',
    `${name} that does not reach the store resolves with invalidation: cover, and is in effect in this process`,
    async (open) => {
      for (const how of FAILINGS) {
        const opened = await withStored(open, { invalidation: 'cover' });
        const { cache } = opened;
        await shownBy('outage', opened.outage).begin(how);
        const outcome = await passing(opened, ANSWER_MS, name, outcomeOf(invalidate(cache)));
        assert.deepEqual(outcome, { value: unknown });
        assert.ok(cache.stats().pendingInvalidations > 0);
        await shownBy('outage', opened.outage).end();
        const seen: unknown[] = [];
        for (let round = 0; round < 50 && cache.stats().pendingInvalidations > 0; round += 1) {
          seen.push((await cache.getEntry('k'))?.value);
          await opened.advance(20);
        }
        assert.ok(!seen.includes('old'), `${how}: ${seen}`);
        assert.equal(await cache.get('k'), undefined);
      }
    },
  ),
  lawOf(
    ['outage', 'fenced'],
    `${name} that did not reach the store is repeated with invalidation: cover, for other processes too`,
    async (open) => {
      const opened = await withStored(open, { invalidation: 'cover' });
      const elsewhere = await opened.peer();
      await shownBy('outage', opened.outage).begin('gone');
      await invalidate(opened.cache);
      assert.equal(await elsewhere.get('k'), 'old', 'others may serve the value until then');
      await shownBy('outage', opened.outage).end();
      for (let round = 0; round < 20 && (await elsewhere.get('k')) !== undefined; round += 1) {
        await opened.advance(100);
        await turns();
      }
      assert.equal(await elsewhere.get('k'), undefined);
    },
  ),
]);
