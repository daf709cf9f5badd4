import assert from 'node:assert/strict';
import { ConnectionError, OperationError } from '../../../src/interfaces/errors.js';
import { eventually } from '../../support/time/eventually.js';
import { HeldLoader, outcomeOf, unhandledDuring, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import {
  type AnyCache,
  law,
  lawOf,
  type OpenTyped,
  type Outage,
  shownBy,
  type TypedLaw,
  type TypedOptions,
} from './subject.js';

const FAILINGS = ['gone', 'frozen', 'refusing'] as const;
/** Longer than the deadline of a store that does not answer. */
const ANSWER_MS = 4500;

function outageOf(opened: OpenTyped): Outage {
  return shownBy('outage', opened.outage);
}

/** A call on a store that may delay it. */
function patiently<T>(opened: OpenTyped, what: string, call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  return passing(opened, ANSWER_MS, what, call);
}

const reading: readonly TypedLaw[] = FAILINGS.flatMap((how): TypedLaw[] => [
  lawOf('outage', `a call that loads never fails because the store is ${how}`, async (open) => {
    const opened = await open();
    const { cache } = opened;
    await outageOf(opened).begin(how);
    const loader = new HeldLoader();
    const calls = Promise.all([1, 2, 3].map(() => cache.getOrSet('k', loader.load)));
    await patiently(opened, 'the load', Promise.race([loader.call(), calls]));
    const one = await loader.call();
    // Each of them hears from the store on its own, and then joins.
    for (let round = 0; round < 100 && cache.stats().joined < 2; round += 1) {
      await opened.advance(20);
      await turns();
    }
    one.resolve('v');
    assert.deepEqual(await patiently(opened, 'the calls', calls), ['v', 'v', 'v']);
    assert.equal(loader.count, 1);
    const many = cache.getOrSetMany(['a', 'b'], async () => [['a', 1] as never, ['b', 2] as never]);
    assert.deepEqual(
      (await patiently(opened, 'a call for many', many)).map((result) => 'value' in result && result.value),
      [1, 2],
    );
    await outageOf(opened).end();
  }),
  lawOf('outage', `a loader’s error is rejected unchanged while the store is ${how}`, async (open) => {
    const opened = await open();
    await outageOf(opened).begin(how);
    const failure = new Error('the source is down');
    const call = outcomeOf(opened.cache.getOrSet('k', () => Promise.reject(failure)));
    assert.deepEqual(await patiently(opened, 'the call', call), { error: failure });
    await outageOf(opened).end();
  }),
  lawOf('outage', `reads are misses and set returns false while the store is ${how}`, async (open) => {
    const opened = await open();
    const { cache } = opened;
    await cache.set('k', 'v');
    await outageOf(opened).begin(how);
    const answers = Promise.all([
      cache.get('k'),
      cache.getEntry('k'),
      cache.has('k'),
      cache.getMany(['k', 'l']),
      cache.set('other', 'v'),
      cache.setMany([['another', 'v']]),
    ]);
    assert.deepEqual(await patiently(opened, 'the calls', answers), [
      undefined,
      undefined,
      false,
      [undefined, undefined],
      false,
      false,
    ]);
    assert.ok(cache.stats().storeFailures >= 6, 'and counted');
    assert.ok(cache.stats().misses['store-failed'] > 0);
    await outageOf(opened).end();
  }),
]);

/** A way to invalidate `k`, which carries `t`. */
const INVALIDATIONS: readonly (readonly [string, (cache: AnyCache) => Promise<unknown>])[] = [
  ['delete', (cache) => cache.delete('k')],
  ['deleteMany', (cache) => cache.deleteMany(['other', 'k'])],
  ['expire', (cache) => cache.expire('k')],
  ['invalidateTags', (cache) => cache.invalidateTags('t')],
  ['clear', (cache) => cache.clear()],
];

const OUTCOMES = { gone: 'not-sent', frozen: 'unknown', refusing: 'refused' } as const;
const tagged = { tags: ['t'] };

async function withStored(
  open: (options?: TypedOptions) => Promise<OpenTyped>,
  options?: TypedOptions,
): Promise<OpenTyped> {
  const opened = await open(options);
  await opened.cache.set('k', 'old', tagged);
  await opened.cache.set('kept', 'kept');
  return opened;
}

/** Checks that this process never returns the invalidated value of `k`. */
async function coveredHere(opened: OpenTyped): Promise<void> {
  const { cache } = opened;
  const reads = Promise.all([cache.get('k'), cache.getEntry('k'), cache.getMany(['k']), cache.has('k')]);
  assert.deepEqual(await patiently(opened, 'reads of k', reads), [undefined, undefined, [undefined], false]);
  const load = patiently(
    opened,
    'a load of k',
    cache.getOrSet('k', async () => 'new', tagged),
  );
  assert.equal(await load, 'new');
}

const invalidating: readonly TypedLaw[] = INVALIDATIONS.flatMap(([name, invalidate]): TypedLaw[] => [
  lawOf('outage', `${name} rejects with its outcome when it does not reach the store`, async (open) => {
    for (const how of FAILINGS) {
      const opened = await withStored(open);
      await outageOf(opened).begin(how);
      const outcome = await patiently(opened, name, outcomeOf(invalidate(opened.cache)));
      assert.ok('error' in outcome, `${name} on a store that is ${how} rejects`);
      const { error } = outcome;
      assert.ok(ConnectionError.is(error) || OperationError.is(error), String(error));
      assert.equal(error.outcome, OUTCOMES[how]);
      assert.ok(opened.cache.stats().pendingInvalidations > 0);
      await outageOf(opened).end();
    }
  }),
  lawOf(
    'steps',
    `this process serves no value that ${name} covers from its start, even before it settles`,
    async (open) => {
      const opened = await withStored(open);
      const held = shownBy('steps', opened.hold)();
      const call = outcomeOf(invalidate(opened.cache));
      await held.arrived;
      assert.equal(await opened.cache.get('k'), undefined);
      assert.equal((await opened.cache.explain('k')).state, 'miss');
      held.release();
      await call;
    },
  ),
  lawOf(
    'steps',
    `this process serves no value that a failed ${name} covers, even if the store still answers reads`,
    async (open) => {
      const opened = await withStored(open);
      shownBy('steps', opened.fault)('gone', ['invalidate', 'advance', 'write', 'deleteValue']);
      assert.ok('error' in (await outcomeOf(invalidate(opened.cache))));
      await coveredHere(opened);
      if (name !== 'invalidateTags') {
        assert.equal((await opened.cache.explain('k')).pendingInvalidation, true);
      }
      if (name !== 'clear') assert.equal(await opened.cache.get('kept'), 'kept');
      await outageOf(opened).end();
    },
  ),
  lawOf(
    ['outage', 'fenced'],
    `a failed ${name} is repeated once the store answers, before the first read`,
    async (open) => {
      for (const how of ['gone', 'frozen', 'refusing'] as const) {
        const opened = await withStored(open, { grace: '1m' });
        const elsewhere = await opened.peer({ grace: '1m' });
        await outageOf(opened).begin(how);
        assert.ok('error' in (await patiently(opened, name, outcomeOf(invalidate(opened.cache)))));
        await outageOf(opened).end();
        // Until the store answers, reads may miss.
        const seen: unknown[] = [];
        for (let round = 0; round < 50; round += 1) {
          seen.push((await opened.cache.getEntry('k'))?.state);
          if (opened.cache.stats().pendingInvalidations === 0) break;
          await opened.advance(20);
        }
        assert.ok(!seen.includes('fresh'), `${how}: ${seen}`);
        const there = await elsewhere.getEntry('k');
        if (name === 'expire') assert.notEqual(there?.state, 'fresh');
        else assert.equal(there, undefined);
        assert.equal(await elsewhere.getOrSet('k', async () => 'new', tagged), 'new');
        assert.ok(opened.cache.stats().repeatedInvalidations > 0);
      }
    },
  ),
  lawOf(
    ['outage', 'fenced'],
    `a failed ${name} is repeated even if no caller reads any more`,
    async (open) => {
      const opened = await withStored(open);
      const elsewhere = await opened.peer();
      await outageOf(opened).begin('gone');
      assert.ok('error' in (await patiently(opened, name, outcomeOf(invalidate(opened.cache)))));
      await outageOf(opened).end();
      for (let round = 0; round < 20 && (await elsewhere.get('k')) !== undefined; round += 1) {
        await opened.advance(100);
        await turns();
      }
      assert.equal(await elsewhere.get('k'), undefined);
    },
  ),
]);

const writing: readonly TypedLaw[] = [
  lawOf('steps', 'a set that did not reach the store invalidates the existing value', async (open) => {
    for (const how of ['gone', 'refusing'] as const) {
      const opened = await withStored(open);
      shownBy('steps', opened.fault)(how, ['write', 'setValue']);
      assert.equal(await opened.cache.set('k', 'new', tagged), false);
      assert.equal(await opened.cache.get('k'), undefined);
      await outageOf(opened).end();
      assert.equal(await opened.cache.get('k'), undefined);
      assert.equal(await opened.cache.get('kept'), 'kept');
    }
  }),
  lawOf(
    ['outage', 'fenced'],
    'a set that did not reach the store invalidates the value for other processes too',
    async (open) => {
      for (const how of ['gone', 'frozen'] as const) {
        const opened = await withStored(open);
        const elsewhere = await opened.peer();
        await outageOf(opened).begin(how);
        assert.equal(await patiently(opened, 'set', opened.cache.set('k', 'new', tagged)), false);
        assert.equal(await patiently(opened, 'setMany', opened.cache.setMany([['kept', 'new']])), false);
        await outageOf(opened).end();
        await eventually('the invalidation is repeated', async () => {
          await opened.advance(200);
          await opened.cache.get('k');
          return opened.cache.stats().pendingInvalidations === 0;
        });
        for (const key of ['k', 'kept']) {
          const value = await elsewhere.get(key);
          assert.ok(value === undefined, `${how}: ${key} is ${value}`);
        }
      }
    },
  ),
  lawOf('steps', 'a repeated invalidation does not remove values that were stored after it', async (open) => {
    const opened = await withStored(open);
    const { cache } = opened;
    shownBy('steps', opened.fault)('gone', ['invalidate', 'advance', 'deleteValue']);
    assert.ok('error' in (await outcomeOf(cache.delete('k'))));
    await outageOf(opened).end();
    assert.equal(await cache.set('k', 'newer'), true);
    await opened.advance(300);
    await turns();
    assert.equal(await cache.get('k'), 'newer');
    assert.equal(await cache.getOrSet('k', unwanted), 'newer');
  }),
  lawOf(
    'steps',
    'a load that begins after a failed invalidation is not served values that it covers',
    async (open) => {
      const opened = await withStored(open, { grace: '1m' });
      shownBy('steps', opened.fault)('gone', ['invalidate', 'advance', 'deleteValue', 'write']);
      assert.ok('error' in (await outcomeOf(opened.cache.delete('k'))));
      const failing = opened.cache.getOrSet('k', () => Promise.reject(new Error('down')));
      const outcome = await outcomeOf(failing);
      assert.ok('error' in outcome, 'not as stale either');
      assert.match(String(outcome.error), /down/);
      await outageOf(opened).end();
    },
  ),
  lawOf('steps', 'a lost answer is a failure, even if the store has executed the call', async (open) => {
    const opened = await withStored(open);
    shownBy('steps', opened.fault)('lost');
    const outcome = await outcomeOf(opened.cache.delete('k'));
    assert.ok('error' in outcome);
    assert.equal((outcome.error as { outcome?: unknown }).outcome, 'unknown');
    assert.equal(await opened.cache.set('other', 'v'), false);
    await outageOf(opened).end();
    assert.equal(await opened.cache.get('k'), undefined);
    assert.equal(await opened.cache.get('other'), undefined);
  }),
  lawOf(
    'steps',
    'a loaded value that cannot be stored is returned, and the failure is reported',
    async (open) => {
      const opened = await open();
      const told: unknown[] = [];
      opened.cache.on('loaded', ({ stored }) => told.push(stored));
      shownBy('steps', opened.fault)('gone', ['write', 'setValue']);
      assert.equal(await opened.cache.getOrSet('k', async () => 'v'), 'v');
      await turns();
      assert.deepEqual(told, ['failed']);
      assert.ok(opened.cache.stats().storeFailures > 0);
      await outageOf(opened).end();
    },
  ),
  lawOf('steps', 'pending invalidations above the limit become one of the whole namespace', async (open) => {
    const opened = await withStored(open);
    const { cache } = opened;
    shownBy('steps', opened.fault)('gone', ['invalidate', 'advance', 'deleteValue']);
    const many = ['k', ...Array.from({ length: 20_000 }, (_, index) => `absent${index}`)];
    assert.ok('error' in (await outcomeOf(cache.deleteMany(many))));
    const covered = [await cache.get('k'), await cache.get('kept')];
    assert.deepEqual(covered, [undefined, undefined]);
    await outageOf(opened).end();
    assert.deepEqual(await cache.getMany(['k', 'kept']), [undefined, undefined]);
    assert.equal(cache.stats().pendingInvalidations, 0);
    assert.equal(await cache.set('k', 'new'), true);
    assert.equal(await cache.get('k'), 'new');
  }),
  lawOf('steps', 'sets that fail never cost other keys, however many they are', async (open) => {
    const opened = await withStored(open);
    const { cache } = opened;
    shownBy('steps', opened.fault)('gone', ['write', 'setValue', 'invalidate', 'deleteValue']);
    const many = Array.from({ length: 10_500 }, (_, index): [string, string] => [`absent${index}`, 'new']);
    assert.equal(await cache.setMany(many), false);
    assert.ok('error' in (await outcomeOf(cache.delete('k'))), 'nor does a delete beside them');
    assert.deepEqual(await cache.getMany(['k', 'kept']), [undefined, 'kept']);
    await outageOf(opened).end();
    assert.equal(await cache.get('kept'), 'kept');
    assert.equal(await cache.set('absent10499', 'new'), true);
    assert.equal(await cache.get('absent10499'), 'new');
  }),
  lawOf(
    'outage',
    'listeners are told when an invalidation becomes pending and when it is repeated',
    async (open) => {
      const opened = await withStored(open);
      const told: string[] = [];
      opened.cache.on('invalidationPending', ({ pending }) => told.push(`pending ${pending}`));
      opened.cache.on('invalidationRepeated', ({ repeated }) => told.push(`repeated ${repeated}`));
      await outageOf(opened).begin('gone');
      await outcomeOf(opened.cache.delete('k'));
      assert.deepEqual(told, ['pending 1']);
      await outageOf(opened).end();
      await eventually('it is repeated', async () => {
        await opened.advance(200);
        await opened.cache.get('k');
        return told.length > 1;
      });
      assert.deepEqual(told, ['pending 1', 'repeated 1']);
    },
  ),
  lawOf('outage', 'the cache works as before once the store answers again', async (open) => {
    const opened = await withStored(open);
    const { cache } = opened;
    await outageOf(opened).begin('gone');
    await patiently(
      opened,
      'a call',
      cache.getOrSet('k', async () => 'meanwhile', tagged),
    );
    await outageOf(opened).end();
    await eventually('the store answers', async () => {
      await opened.advance(20);
      return cache.set('later', 'v');
    });
    assert.equal(await cache.get('later'), 'v');
    assert.equal(await cache.get('kept'), 'kept');
    assert.equal(await cache.getOrSet('cold', async () => 'v'), 'v');
    assert.equal(await cache.getOrSet('cold', unwanted), 'v');
  }),
  lawOf('outage', 'no failure of the store becomes an unhandled rejection', async (open) => {
    const unhandled = await unhandledDuring(async () => {
      for (const how of FAILINGS) {
        const opened = await withStored(open, { grace: '10m', sliding: true });
        const { cache } = opened;
        await outageOf(opened).begin(how);
        const calls = [
          cache.get('k'),
          cache.set('k', 'v'),
          cache.getOrSet('k', async () => 'v'),
          cache.getOrSetMany(['m', 'n'], async () => []),
          cache.explain('k'),
        ];
        await patiently(opened, 'the calls', Promise.allSettled(calls));
        await outageOf(opened).end();
        await turns();
      }
    });
    assert.deepEqual(unhandled, []);
  }),
];

const closing: readonly TypedLaw[] = [
  law(
    'every call rejects with a DisposedError after close, and loads in progress are released',
    async (open) => {
      const opened = await open();
      const { cache } = opened;
      await opened.shut();
      for (const call of [
        () => cache.get('k'),
        () => cache.set('k', 'v'),
        () => cache.delete('k'),
        () => cache.getOrSet('k', unwanted),
        () => cache.getOrSetMany(['k'], unwanted),
        () => cache.invalidateTags('t'),
        () => cache.clear(),
        () => cache.explain('k'),
      ]) {
        await assert.rejects(call(), { code: 'E_DISPOSED' });
      }
    },
  ),
];

export const failureLaws: readonly TypedLaw[] = [...reading, ...invalidating, ...writing, ...closing];
