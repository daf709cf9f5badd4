import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  ComponentSite,
  ComponentSiteBuilder,
  ICache,
  ILoggerSite,
  ITypedCache,
  MemoryCache,
  NullCache,
  type RedisCache,
  TypedCache,
} from '../../src/index.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { eventually } from '../support/time/eventually.js';
import { settlesInTime } from '../support/time/in-time.js';

const PASSWORD = 'no-log-may-show-it';

function declarations(port: number, required: boolean): string {
  return `
- class: RedisCache
  entries: [{ interface: ICache, name: Redis }]
  url: redis://:${PASSWORD}@127.0.0.1:${port}
  prefix: 'app:'
  required: ${required}
- class: MemoryCache
  entries: [{ interface: ICache }, { interface: ICache, name: Memory }]
- class: TypedCache
  entries: [{ interface: ITypedCache, name: users }]
  store: Redis
  namespace: users
  invalidation: cover
`;
}

async function loaded(port: number, required = false): Promise<ComponentSite> {
  const site = new ComponentSite();
  site.registerComponent(ILoggerSite, new RecordingLoggerSite());
  await new ComponentSiteBuilder().loads(site, declarations(port, required));
  return site;
}

describe('health()', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start({ password: PASSWORD });
  });
  afterAll(() => server.stop());

  it('a site is up while all of its components are, and names interface, name and class of each', async () => {
    await using site = await loaded(server.port);
    const { status, components } = await site.health();
    assert.equal(status, 'up');
    assert.deepEqual(
      components.map((one) => [one.interface, one.name, one.class, one.status, one.reasons]),
      [
        ['ILoggerSite', '', 'RecordingLoggerSite', 'up', []],
        ['ICache', 'Redis', 'RedisCache', 'up', []],
        ['ICache', '', 'MemoryCache', 'up', []],
        ['ICache', 'Memory', 'MemoryCache', 'up', []],
        ['ITypedCache', 'users', 'TypedCache', 'up', []],
      ],
    );
  });

  it('a RedisCache with a connection of its own reports the health of it', async () => {
    await using site = await loaded(server.port);
    const health = await (site.getComponent(ICache, 'Redis') as RedisCache).health();
    assert.equal(health.status, 'ready');
    assert.equal(health.required, false);
    assert.ok(health.pingMs !== null && health.nodes.length === 1);
  });

  it('a site is degraded while its server is away, down if it is required, and up when it is back', async () => {
    await using optional = await loaded(server.port);
    await using required = await loaded(server.port, true);
    const users = optional.getComponent(ITypedCache, 'users') as TypedCache;
    await server.stop();
    await eventually('the loss is noticed', async () => (await optional.health()).status === 'degraded');
    await eventually('the loss is noticed', async () => (await required.health()).status === 'down');
    await users.invalidateTags('t');
    const report = await optional.health();
    const states = new Map(report.components.map(({ name, status }) => [name, status]));
    assert.deepEqual(
      [states.get('Redis'), states.get('users'), states.get('Memory')],
      ['degraded', 'degraded', 'up'],
    );
    assert.match(String(report.components.find(({ name }) => name === 'Redis')?.reasons), /nothing listens/);
    const typed = await users.health();
    assert.deepEqual([typed.status, typed.pendingInvalidations], ['degraded', 1]);
    assert.match(
      String(typed.reasons),
      /store: no connection to .*,invalidations .* not reached the store: 1/,
    );
    assert.ok(!JSON.stringify([report, typed]).includes(PASSWORD));
    await server.restart();
    await eventually('the server is back', async () => {
      await users.get('k');
      return (await optional.health()).status === 'up' && (await required.health()).status === 'up';
    });
  });

  it('a site reports a frozen server within half a second', async () => {
    await using site = await loaded(server.port);
    server.freeze();
    try {
      const { status, components } = await settlesInTime(600, 'health', () => site.health());
      assert.equal(status, 'degraded');
      assert.match(String(components.find(({ name }) => name === 'Redis')?.reasons), /no PING|no connection/);
    } finally {
      server.thaw();
    }
  });

  it('a closed site, and a closed typed cache, are down', async () => {
    const site = await loaded(server.port);
    const users = site.getComponent(ITypedCache, 'users') as TypedCache;
    await site.close();
    assert.deepEqual(await site.health(), { status: 'down', components: [] });
    assert.equal((await users.health()).status, 'down');
  });

  it('a component of the application is asked by its health or connected, and cannot make the report fail', async () => {
    await using site = new ComponentSite();
    const answers: readonly [name: string, own: object, status: string, reasons: readonly string[]][] = [
      ['plain', {}, 'up', []],
      ['own', { health: async () => ({ status: 'down', reasons: ['out of tea'] }) }, 'down', ['out of tea']],
      ['odd', { health: () => 'fine' }, 'up', []],
      ['throws', { health: () => assert.fail('a secret') }, 'degraded', ['its health() failed']],
      [
        'hangs',
        { health: () => new Promise(() => undefined) },
        'degraded',
        ['its health() did not answer in time'],
      ],
      ['lost', { connected: false }, 'degraded', ['it is not connected']],
    ];
    for (const [name, own] of answers) {
      const cache = new NullCache();
      for (const [member, value] of Object.entries(own)) Object.defineProperty(cache, member, { value });
      site.registerComponent(ICache, cache, name);
    }
    const { status, components } = await site.health();
    assert.equal(status, 'down');
    assert.deepEqual(
      components.map((one) => [one.name, one.status, one.reasons]),
      answers.map(([name, _own, state, reasons]) => [name, state, reasons]),
    );
  });

  it('a typed cache over memory is up', async () => {
    await using store = { cache: new MemoryCache(), [Symbol.asyncDispose]: () => store.cache.close() };
    const users = new TypedCache({ store: store.cache, namespace: 'users' });
    assert.deepEqual(await users.health(), { status: 'up', reasons: [], pendingInvalidations: 0 });
    await users.close();
  });
});
