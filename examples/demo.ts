/** The main job, step by step: declared caches, found by name and injected, in memory and in Redis. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Container, inject, injectable, named } from 'inversify';
import { ComponentNotFoundError, ICache, ILoggerSite, loadComponentSite } from 'inversify-cache';

const warnings: string[] = [];
// region logger-site
const loggerSite: ILoggerSite = {
  getLogger: () => ({
    info: () => {},
    warning: (message) => void warnings.push(message),
    error: (message) => void warnings.push(message),
  }),
};
// endregion

@injectable()
class MemoryUser {
  constructor(@inject(ICache) @named('Memory') readonly cache: ICache) {}
}

@injectable()
class RedisUser {
  constructor(@inject(ICache) @named('Redis') readonly cache: ICache) {}
}

console.log('inversify-cache: caches by declaration');
await run('config/memory.yml', 'Memory', MemoryUser);
await run('config/redis.yml', 'Redis', RedisUser);

async function run(path: string, name: string, Service: typeof MemoryUser | typeof RedisUser): Promise<void> {
  const container = new Container();
  container.bind<ILoggerSite>(ILoggerSite).toConstantValue(loggerSite);
  container.bind(Service).toSelf();
  await using site = await loadComponentSite(path, { container });

  console.log(`\n${path}`);
  const cache = site.getComponent(ICache, name);
  show('by name', `getComponent(ICache, '${name}') is a ${cache.constructor.name}`);
  assert.equal(container.get(Service).cache, cache);
  show('by injection', `@inject(ICache) @named('${name}') is the same one`);

  if (cache.connected) await walkThrough(cache);
  else await disconnected(cache);

  assert.equal(site.queryComponent(ICache, 'Absent'), undefined);
  show('absent component', "queryComponent(ICache, 'Absent') is undefined");
  const error = caught(() => site.getComponent(ICache, 'Absent'));
  assert.ok(ComponentNotFoundError.is(error));
  show('', error.message);
}

async function walkThrough(cache: ICache): Promise<void> {
  const [user, session, visits, nothing, ...bulk] = [
    'user',
    'session',
    'visits',
    'nothing',
    'a',
    'b',
    'c',
  ].map((name) => `inversify-cache-demo:${process.pid}:${name}`) as [
    string,
    string,
    string,
    string,
    ...string[],
  ];

  const stored = await cache.setValue(user, Buffer.from('{"name":"Ada"}'), '1h');
  const found = text(await cache.getValue(user));
  assert.deepEqual([stored, found], [true, '{"name":"Ada"}']);
  show('set, get', `${stored}, ${found}`);
  const remaining = await cache.getExpiry(user);
  assert.ok(remaining !== null && remaining > 3_590_000);
  show('what remains', `${Math.ceil(remaining / 1000)} s of 1 h`);

  await cache.setValue(session, Buffer.from('short'), '1h');
  const before = text(await cache.getValue(session));
  assert.equal(await cache.setExpiry(session, '100ms'), true);
  while (await cache.hasValue(session)) await sleep(10);
  const after = await cache.getValue(session);
  assert.deepEqual([before, after], ['short', null]);
  show('expiry', `'${before}' with 100 ms to live, then ${after}`);

  await cache.setValue(visits, Buffer.from('1'), '1m');
  await cache.setValue(visits, Buffer.from('2'), '1m');
  assert.equal(text(await cache.getValue(visits)), '2');
  show('update', "'1', then '2': '2'");

  await cache.setValue(nothing, null, '1m');
  assert.equal((await cache.getValue(nothing))?.byteLength, 0);
  show('null', 'is read back as 0 bytes');

  await cache.setValues(
    bulk.map((key, index) => [key, Buffer.from(String(index))]),
    '1m',
  );
  const values = await cache.getValues([...bulk, `${user}:absent`]);
  assert.deepEqual(values.map(text), ['0', '1', '2', null]);
  show('bulk', `3 stored, 4 read: ${values.map((value) => text(value) ?? 'null').join(', ')}`);

  const refused = [await cache.setValue(user, Buffer.from('x'), 0), await cache.setExpiry(user, '-5s')];
  assert.deepEqual([refused, text(await cache.getValue(user))], [[false, false], found]);
  show('refused expiry', '0 and -5 s give false; what was there stays');
  show('', `log: ${warnings.at(-1)}`);

  const deleted = await cache.deleteValues([user, visits, nothing, ...bulk]);
  assert.equal(deleted, 6);
  show('delete', `${deleted} entries removed`);
}

/** Answers of a cache without a store: no call hangs or throws, and the log says it once. */
async function disconnected(cache: ICache): Promise<void> {
  show('no Redis', `${warnings.at(-1)} (REDIS_URL names another one)`);
  const read = await cache.getValue('user');
  const wrote = await cache.setValue('user', Buffer.from('x'), '1h');
  assert.deepEqual([cache.connected, read, wrote], [false, null, false]);
  show('connected', 'false');
  show('get', `${read}: a miss`);
  show('set', `${wrote}: not stored`);
}

function show(what: string, answer: string): void {
  console.log(`  ${what.padEnd(18)}${answer}`);
}

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}

function caught(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
