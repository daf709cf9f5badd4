import assert from 'node:assert/strict';
import type { TypedCacheEvents } from '../../../src/interfaces/typed-cache.js';
import { counted, HeldLoader, outcomeOf } from './loading.js';
import { passing, turns } from './passing.js';
import { type AnyCache, law, type TypedLaw } from './subject.js';

const EVENTS = ['hit', 'miss', 'load', 'loaded', 'loadFailed', 'stale', 'invalidate'] as const;

/** Events of listeners, each by its name and its relevant fields. */
function story(cache: AnyCache): string[] {
  const told: string[] = [];
  for (const name of EVENTS) {
    cache.on(name, (event: TypedCacheEvents[typeof name]) => {
      const { state, reason, stored, because, kind } = event as unknown as Record<string, unknown>;
      const detail = state ?? reason ?? stored ?? because ?? kind;
      told.push(detail === undefined ? name : `${name} ${String(detail)}`);
    });
  }
  return told;
}

export const observationLaws: readonly TypedLaw[] = [
  law('listeners are told every step of each call', async (open) => {
    const opened = await open({ grace: '10m', graceBackoff: '5m' });
    const { cache } = opened;
    const told = story(cache);
    await cache.getOrSet('k', async () => 'v', { expire: 30 });
    await turns();
    assert.deepEqual(told.splice(0), ['miss absent', 'load', 'loaded stored']);
    await cache.set('l', 'v');
    await cache.get('l');
    await cache.getOrSet('l', async () => 'v');
    assert.deepEqual(told.splice(0), ['hit fresh', 'hit fresh']);
    await opened.advance(30);
    await cache.get('k');
    assert.deepEqual(told.splice(0), ['hit stale']);
    await cache.getOrSet('k', () => Promise.reject(new Error('down')));
    await turns();
    const failure = told.splice(0);
    for (const part of ['load', 'loadFailed', 'stale load-failed']) assert.ok(failure.includes(part), part);
    await cache.getOrSet('k', () => Promise.reject(new Error('down')));
    assert.ok(told.splice(0).includes('stale backoff'));
    await cache.delete('k');
    await cache.expire('l');
    await cache.invalidateTags('t');
    await cache.clear();
    assert.deepEqual(told.splice(0), [
      'invalidate delete',
      'invalidate expire',
      'invalidate tags',
      'invalidate clear',
    ]);
  }),
  law('the counters add up', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const calls = [1, 2, 3].map(() => cache.getOrSet('k', loader.load));
    const one = await loader.call();
    await turns();
    assert.equal(cache.stats().loading, 1);
    one.resolve('v');
    await Promise.all(calls);
    await outcomeOf(cache.getOrSet('l', () => Promise.reject(new Error('down'))));
    await cache.get('k');
    await cache.get('absent');
    await cache.getMany(['k', 'absent']);
    await turns();
    const stats = cache.stats();
    assert.equal(stats.loads, 2);
    assert.equal(stats.loadFailures, 1);
    assert.equal(stats.joined, 2);
    assert.equal(stats.stored, 1);
    assert.equal(stats.hits, 2);
    assert.equal(stats.staleHits, 0);
    assert.ok(stats.misses.absent >= 4, `${stats.misses.absent} misses`);
    assert.equal(stats.loading, 0);
    assert.equal(stats.storeFailures, 0);
    assert.equal(stats.pendingInvalidations, 0);
  }),
  law('a fenced load is counted and reported', async (open) => {
    const { cache } = await open();
    const told = story(cache);
    const loader = new HeldLoader();
    const call = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    await cache.delete('k');
    one.resolve('old');
    await call;
    await turns();
    assert.equal(cache.stats().fenced, 1);
    assert.equal(cache.stats().stored, 0);
    assert.ok(told.includes('loaded fenced'));
  }),
  law('a listener that throws has no effect on calls, and a removed listener hears nothing', async (open) => {
    const { cache } = await open();
    let heard = 0;
    const end = cache.on('miss', () => {
      heard += 1;
      throw new Error('a listener with a bug');
    });
    assert.equal(await cache.get('k'), undefined);
    end();
    assert.equal(await cache.get('k'), undefined);
    assert.equal(heard, 1);
  }),
  law('explain reports where a value is, its age and its tags, without counting as a read', async (open) => {
    const { cache } = await open({ grace: '1m', version: 3 });
    await cache.set('k', { a: 1 }, { expire: '10m', tags: ['t', 'u'] });
    const before = JSON.stringify(cache.stats());
    const told = story(cache);
    const said = await cache.explain('k', { tags: ['t', 'lacking'] });
    assert.equal(said.state, 'miss');
    assert.equal(said.reason, 'tag');
    const plain = await cache.explain('k');
    assert.deepEqual([plain.state, plain.reason, String(plain.version)], ['fresh', null, '3']);
    assert.ok((plain.bytes ?? 0) > 0);
    assert.ok((plain.remainingMs ?? 0) > 590_000 && (plain.remainingMs ?? 0) <= 600_000);
    assert.ok((plain.remainingWithGraceMs ?? 0) > 650_000);
    assert.ok(plain.ageMs !== null && plain.ageMs >= 0);
    assert.ok(plain.createdAt !== null && plain.codec !== null && plain.tier !== null);
    assert.ok(plain.storeKey.includes('k'));
    assert.deepEqual(
      plain.tags.map(({ tag, current }) => [tag, current]),
      [
        ['t', true],
        ['u', true],
      ],
    );
    assert.deepEqual([plain.loading, plain.backoffMs, plain.pendingInvalidation], [false, 0, false]);
    assert.equal(JSON.stringify(cache.stats()), before);
    assert.deepEqual(told, []);
  }),
  law('explain names the reason of every miss', async (open) => {
    const opened = await open({ expire: '10m' });
    const { cache } = opened;
    const reason = async () => (await cache.explain('k')).reason;
    assert.equal(await reason(), 'absent');
    await cache.set('k', 'v', { tags: ['t'] });
    assert.equal(await reason(), null);
    await cache.invalidateTags('t');
    assert.equal(await reason(), 'tag');
    await cache.set('k', 'v');
    await cache.clear();
    assert.equal(await reason(), 'namespace');
    await cache.set('k', 'v', { grace: '10m', expire: 30 });
    await opened.advance(30);
    assert.equal(await reason(), 'life-over');
    await cache.set('k', 'v', { grace: '10m' });
    await cache.expire('k');
    assert.equal(await reason(), 'expired-by-call');
    await cache.set('k', 'v');
    assert.equal((await cache.explain('k', { mode: 'off' })).reason, 'mode');
    await cache.delete('k');
    assert.equal(await reason(), 'absent');
  }),
  law('explain reports that a key is being loaded', async (open) => {
    const { cache } = await open();
    const loader = new HeldLoader();
    const call = cache.getOrSet('k', loader.load);
    const one = await loader.call();
    assert.equal((await cache.explain('k')).loading, true);
    assert.equal((await cache.explain('l')).loading, false);
    one.resolve('v');
    await call;
    await turns();
    assert.equal((await cache.explain('k')).loading, false);
  }),
  law('getEntry returns age, remaining TTL and tags of a fresh value', async (open) => {
    const opened = await open({ expire: '10m', grace: '1m' });
    const { cache } = opened;
    await cache.set('k', 'v', { tags: ['t'] });
    await opened.advance(20);
    const entry = await cache.getEntry('k');
    assert.ok(entry !== undefined);
    assert.deepEqual([entry.value, entry.state, entry.staleBecause, entry.tags], ['v', 'fresh', null, ['t']]);
    assert.ok(entry.ageMs >= 20 && entry.ageMs < 5000, `${entry.ageMs} ms old`);
    assert.ok(entry.remainingMs <= 599_980 && entry.remainingMs > 590_000);
    assert.ok(Math.abs(entry.remainingWithGraceMs - entry.remainingMs - 60_000) < 5);
    assert.equal(typeof entry.createdAt, 'number');
    assert.match(entry.tier, /^(store|l1|l2)$/);
  }),
  law('no event and no log line holds a value', async (open) => {
    const opened = await open({ grace: '10m' });
    const { cache } = opened;
    const told: unknown[] = [];
    const names = [...EVENTS, 'shadow', 'undecodable', 'storeFailed', 'invalidationPending'] as const;
    for (const name of names) cache.on(name, (event) => told.push(event));
    const secret = 'the-secret-value';
    await cache.getOrSet('k', async () => secret);
    await cache.get('k');
    await cache.getOrSet(
      'k',
      counted(() => secret),
      { mode: 'shadow' },
    );
    await cache.expire('k');
    await cache.getOrSet('k', () => Promise.reject(new Error('down')));
    await passing(opened, 0, 'nothing', Promise.resolve());
    assert.ok(told.length > 5);
    assert.ok(!JSON.stringify(told).includes(secret));
  }),
];
