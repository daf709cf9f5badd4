import assert from 'node:assert/strict';
import type { TypedCacheMode } from '../../../src/interfaces/typed-cache-policy.js';
import { rejectsWith } from '../expectations.js';
import { counted, HeldLoader, unwanted } from './loading.js';
import { turns } from './passing.js';
import { type AnyCache, law, lawOf, type TypedLaw, type TypedOptions } from './subject.js';

const REFUSED = { code: /^E_(ARGUMENT|CONFIG_SCHEMA)$/ };

const modes: readonly TypedLaw[] = [
  law('mode off neither reads nor stores: every call loads', async (open) => {
    const { cache } = await open();
    const off = { mode: 'off' as TypedCacheMode };
    await cache.set('k', 'stored');
    assert.equal(await cache.get('k', off), undefined);
    assert.equal(await cache.has('k', off), false);
    const loader = counted(() => 'loaded');
    for (const round of [1, 2]) {
      assert.equal(await cache.getOrSet('k', loader, off), 'loaded');
      assert.equal(loader.count, round);
    }
    assert.equal(await cache.get('k'), 'stored');
    assert.equal(await cache.getOrSet('cold', async () => 'v', off), 'v');
    assert.equal(await cache.get('cold'), undefined);
  }),
  law('mode readOnly reads, and stores nothing', async (open) => {
    const { cache } = await open();
    const readOnly = { mode: 'readOnly' as TypedCacheMode };
    await cache.set('k', 'stored');
    assert.equal(await cache.getOrSet('k', unwanted, readOnly), 'stored');
    assert.equal(await cache.getOrSet('cold', async () => 'v', readOnly), 'v');
    assert.equal(await cache.get('cold'), undefined);
  }),
  law('mode writeOnly stores, and reads nothing', async (open) => {
    const { cache } = await open();
    const writeOnly = { mode: 'writeOnly' as TypedCacheMode };
    await cache.set('k', 'stored');
    assert.equal(await cache.get('k', writeOnly), undefined);
    assert.equal(await cache.getOrSet('k', async () => 'loaded', writeOnly), 'loaded');
    assert.equal(await cache.get('k'), 'loaded');
  }),
  law('mode shadow returns the loaded value, and reports whether the cache would have hit', async (open) => {
    const { cache } = await open({ mode: 'shadow' });
    const told: unknown[] = [];
    cache.on('shadow', ({ hit, equal }) => told.push([hit, equal]));
    const answers = ['a', 'a', 'b', 'b'];
    for (const answer of answers) {
      assert.equal(await cache.getOrSet('k', async () => answer), answer);
      await turns();
    }
    assert.deepEqual(told, [
      [false, false],
      [true, true],
      [true, false],
      [true, true],
    ]);
    await assert.rejects(
      cache.getOrSet('k', () => Promise.reject(new Error('down'))),
      /down/,
    );
  }),
  law('mode shadow counts reads as hits or misses, and returns no value', async (open) => {
    const { cache } = await open();
    const shadow = { mode: 'shadow' as TypedCacheMode };
    await cache.set('k', 'stored', { tags: ['t'] });
    assert.equal(await cache.get('k', shadow), undefined);
    assert.equal(await cache.getEntry('k', shadow), undefined);
    assert.equal(await cache.has('k', shadow), false);
    assert.deepEqual(await cache.getMany(['k', 'absent'], shadow), [undefined, undefined]);
    assert.equal(await cache.get('k', { ...shadow, tags: ['lacking'] }), undefined);
    const { hits, misses } = cache.stats();
    assert.deepEqual([hits, misses.absent, misses.tag, misses.mode], [4, 1, 1, 0]);
    assert.equal(await cache.get('k'), 'stored');
  }),
  ...(['writeOnly', 'shadow'] as const).map((mode) =>
    law(`mode ${mode} returns no stored value as a fallback, and gives none to a loader`, async (open) => {
      const { cache } = await open({ grace: '10m' });
      await cache.set('k', 'stored');
      await assert.rejects(
        cache.getOrSet('k', () => Promise.reject(new Error('down')), { mode }),
        /down/,
      );
      const load = async ({ previous }: { previous: unknown }) => String(previous);
      assert.equal(await cache.getOrSet('k', load, { mode }), 'undefined');
      assert.equal(await cache.getOrSet('k', async () => undefined, { mode }), undefined);
      assert.equal(await cache.get('k'), undefined);
    }),
  ),
  ...(['off', 'readOnly', 'writeOnly', 'shadow'] as const).map((mode) =>
    law(`mode ${mode} still sends invalidations to the store`, async (open) => {
      const ways: readonly ((cache: AnyCache) => Promise<unknown>)[] = [
        (cache) => cache.delete('k'),
        (cache) => cache.deleteMany(['k']),
        (cache) => cache.expire('k'),
        (cache) => cache.invalidateTags('t'),
        (cache) => cache.clear(),
      ];
      for (const way of ways) {
        const { cache } = await open({ mode });
        await cache.set('k', 'old', { tags: ['t'], mode: 'on' });
        assert.equal(await cache.get('k', { mode: 'on' }), 'old');
        await way(cache);
        assert.equal(await cache.get('k', { mode: 'on' }), undefined);
      }
    }),
  ),
  ...(['off', 'readOnly'] as const).map((mode) =>
    law(`a set that mode ${mode} does not store invalidates the existing value`, async (open) => {
      const { cache } = await open();
      await cache.setMany([
        ['k', 'old'],
        ['l', 'old'],
      ]);
      await cache.set('k', 'new', { mode });
      await cache.setMany([['l', 'new']], { mode });
      assert.deepEqual(await cache.getMany(['k', 'l']), [undefined, undefined]);
    }),
  ),
];

const forcing: readonly TypedLaw[] = [
  law('forceFresh loads and stores even if there is a fresh value', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'old');
    assert.equal(await cache.getOrSet('k', async () => 'new', { forceFresh: true }), 'new');
    assert.equal(await cache.getOrSet('k', unwanted), 'new');
  }),
  law('a value that forceFresh has stored is not replaced by a load that began before it', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const call = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    assert.equal(await cache.getOrSet('k', async () => 'new', { forceFresh: true }), 'new');
    one.resolve('old');
    assert.equal(await call, 'old');
    await turns();
    assert.equal(await cache.get('k'), 'new');
  }),
  law('a value that was stored with another version is a miss', async (open) => {
    const { cache } = await open({ version: 1 });
    await cache.set('k', 'one');
    assert.equal(await cache.get('k', { version: 1 }), 'one');
    assert.equal(await cache.get('k', { version: '2' }), undefined);
    assert.equal((await cache.explain('k', { version: '2' })).reason, 'version');
    await cache.set('k', 'two', { version: '2' });
    assert.equal(await cache.get('k'), undefined);
    assert.equal(await cache.get('k', { version: '2' }), 'two');
  }),
  law('a value that the schema refuses is a miss, and is reloaded', async (open) => {
    const { cache } = await open();
    await cache.set('k', { name: 1 });
    const schema = schemaOf((value) =>
      typeof (value as { name: unknown }).name === 'string'
        ? { value }
        : { issues: [{ message: 'no name' }] },
    );
    assert.equal(await cache.get('k', { schema }), undefined);
    assert.equal((await cache.explain('k', { schema })).reason, 'schema');
    assert.deepEqual(await cache.getOrSet('k', async () => ({ name: 'n' }), { schema }), { name: 'n' });
    assert.deepEqual(await cache.getOrSet('k', unwanted, { schema }), { name: 'n' });
  }),
  law('a schema may transform a value that is read from the store', async (open) => {
    const { cache } = await open();
    await cache.set('k', { name: 'n' });
    const schema = schemaOf((value) => ({ value: { ...(value as object), version: 2 } }));
    assert.deepEqual(await cache.get('k', { schema }), { name: 'n', version: 2 });
    assert.deepEqual(await cache.getOrSet('k', unwanted, { schema }), { name: 'n', version: 2 });
  }),
  law('a schema converts the first answer like every later one, for all callers', async (open) => {
    const { cache } = await open();
    const dates = schemaOf((value) => ({ value: new Date(value as string) }));
    const once = schemaOf((value) =>
      typeof value === 'string' ? { value: value.length } : { issues: [{ message: 'no text' }] },
    );
    for (const [schema, value, wanted] of [
      [dates, '2024-02-29', new Date('2024-02-29')],
      [once, 'text', 4],
    ] as const) {
      const loader = counted(() => value);
      const calls = [1, 2, 3].map(() => cache.getOrSet(value, loader, { schema }));
      assert.deepEqual(await Promise.all(calls), [wanted, wanted, wanted]);
      assert.deepEqual(await cache.getOrSet(value, unwanted, { schema }), wanted);
      assert.deepEqual(await cache.get(value, { schema }), wanted);
      assert.equal(loader.count, 1);
      assert.equal(await cache.set(value, value, { schema }), true);
      assert.deepEqual(await cache.get(value, { schema }), wanted);
    }
  }),
  law(
    'a loaded value that the schema refuses is an error for all callers, and is not stored',
    async (open) => {
      const { cache } = await open();
      const issues = [{ message: 'no name', path: ['users', 3, { key: 'name' }] }];
      const refusing = schemaOf(() => ({ issues }));
      const later = schemaOf((async () => ({ issues })) as never);
      for (const schema of [refusing, later]) {
        const loader = counted(() => 'v');
        const calls = [1, 2, 3].map(() => cache.getOrSet('k', loader, { schema }));
        for (const result of await Promise.allSettled(calls)) {
          assert.equal(result.status, 'rejected');
          assert.equal(result.reason.code, 'E_ENCODE');
          assert.match(result.reason.message, /users\[3\]\.name: no name$/);
        }
        assert.equal(loader.count, 1);
        assert.equal(await cache.get('k'), undefined);
      }
    },
  ),
  law('a set value that the schema refuses is an error, and changes nothing', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'v');
    const refuse = (value: unknown) =>
      value === 'v' ? { value } : { issues: [{ message: 'no name', path: ['name'] }] };
    for (const schema of [schemaOf(refuse), schemaOf((async (value: unknown) => refuse(value)) as never)]) {
      const entries = [
        ['other', 'v'],
        ['k', 1],
      ] as const;
      for (const set of [() => cache.set('k', 1, { schema }), () => cache.setMany(entries, { schema })]) {
        await assert.rejects(set(), { code: 'E_ENCODE', message: /name: no name$/ });
      }
      assert.deepEqual(await cache.getMany(['k', 'other']), ['v', undefined]);
    }
  }),
  law('null that the schema refuses stays null, and is stored', async (open) => {
    const { cache } = await open();
    const schema = schemaOf((value) => (value === null ? { issues: [{ message: 'no user' }] } : { value }));
    assert.equal(await cache.getOrSet('k', async () => null, { schema }), null);
    assert.equal(await cache.getOrSet('k', unwanted, { schema }), null);
  }),
  law('a schema that throws is a miss, and does not fail the call', async (open) => {
    const { cache } = await open();
    await cache.set('k', 'v');
    const schema = schemaOf(() => {
      throw new Error('a schema with a bug');
    });
    assert.equal(await cache.get('k', { schema }), undefined);
  }),
  law('options of a call override those of the component one by one', async (open) => {
    const { cache } = await open({ tags: ['component'], expire: '1m', grace: '5m' });
    await cache.set('k', 'v', { tags: ['call'] });
    const entry = await cache.getEntry('k');
    assert.ok(entry);
    assert.ok(entry.tags.includes('call'));
    assert.ok(entry.remainingMs > 50_000 && entry.remainingMs <= 60_000, 'the life of the component');
    assert.ok(entry.remainingWithGraceMs > 350_000, 'and its grace');
    await cache.set('l', 'v', { expire: undefined, grace: '1h' });
    const other = await cache.getEntry('l');
    assert.ok((other?.remainingWithGraceMs ?? 0) > 3_600_000, 'undefined is no option');
  }),
];

/** A Standard Schema of one check. */
function schemaOf(
  validate: (
    value: unknown,
  ) => { readonly value: unknown } | { readonly issues: readonly { readonly message: string }[] },
): never {
  return { '~standard': { version: 1, vendor: 'test', validate } } as never;
}

/** Options that contradict each other, or that are none. */
const CONTRADICTIONS: readonly (readonly [string, TypedOptions])[] = [
  ['softTimeout without grace', { softTimeout: '1s' }],
  ['graceBackoff without grace', { graceBackoff: '1s' }],
  ['softTimeout that is not below hardTimeout', { grace: '1m', softTimeout: '5s', hardTimeout: '1s' }],
  ['leaseTimeout without lease cluster', { leaseTimeout: '1s' }],
  ['waitTimeout without lease cluster', { lease: 'process', waitTimeout: '1s' }],
  ['an unknown mode', { mode: 'sometimes' }],
  ['an unknown lease', { lease: 'galaxy' }],
  ['a jitter of 1', { jitter: 1 }],
  ['a jitter below 0', { jitter: -0.1 }],
  ['an unknown codec', { codec: 'xml' }],
  ['an unknown compression algorithm', { compress: 'zip' }],
  ['an unknown option', { expires: '1m' }],
  ['envelope none with grace', { envelope: 'none', grace: '1m' }],
  ['envelope none with tags', { envelope: 'none', tags: ['t'] }],
  ['envelope none with a version', { envelope: 'none', version: 1 }],
];

const relations: readonly TypedLaw[] = [
  ...CONTRADICTIONS.map(([title, options]) =>
    law(`a component is refused for ${title}`, async (open) => {
      const base = 'graceBackoff' in options || 'softTimeout' in options ? {} : { grace: undefined };
      await assert.rejects(open({ ...base, ...options }), REFUSED);
    }),
  ),
  law('conflicting options of a call are refused, before anything is done', async (open) => {
    const { cache } = await open();
    for (const [title, options] of CONTRADICTIONS) {
      if ('envelope' in options) continue;
      await rejectsWith('E_ARGUMENT', title, () => cache.getOrSet('k', unwanted, options));
    }
    await rejectsWith('E_ARGUMENT', 'options that are none', () => cache.getOrSet('k', unwanted, 5 as never));
    await rejectsWith('E_ARGUMENT', 'a loader that is none', () => cache.getOrSet('k', 'v' as never));
  }),
  lawOf('plain', 'lease cluster is refused on a store without fences', async (open) => {
    await assert.rejects(open({ lease: 'cluster' }), { name: 'ConfigurationError', code: 'E_CONFIG_SCHEMA' });
    const { cache } = await open();
    await assert.rejects(cache.getOrSet('k', unwanted, { lease: 'cluster' }), {
      code: /^E_(ARGUMENT|CONFIG_SCHEMA)$/,
    });
  }),
];

export const optionLaws: readonly TypedLaw[] = [...modes, ...forcing, ...relations];
