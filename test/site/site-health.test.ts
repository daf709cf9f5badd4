import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CATALOGUE } from '../../src/implements/site/catalogue.js';
import {
  actuator,
  ComponentSite,
  ComponentSiteBuilder,
  type HealthReport,
  healthJson,
  ICache,
  IHealth,
  ILoggerSite,
  NullCache,
  SiteHealth,
} from '../../src/index.js';
import { rejectsWith } from '../contract/expectations.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { eventually, settlesWithin } from '../support/time/eventually.js';
import { settlesInTime } from '../support/time/in-time.js';
import { ManualClock } from '../support/time/manual-clock.js';

/** A component that reports what a test says, and records how it was asked. */
class Patient extends NullCache {
  answer: unknown = { status: 'up', reasons: [] };
  readonly questions: unknown[] = [];

  health(query: unknown): unknown {
    this.questions.push(query);
    return this.answer;
  }
}

function ward(clock?: ManualClock): { site: ComponentSite; patient: Patient; health: SiteHealth } {
  const site = new ComponentSite();
  const patient = new Patient();
  site.registerComponent(ICache, patient, 'Patient');
  return { site, patient, health: new SiteHealth(site, clock && { clock }) };
}

/** Every class that talks to Redis. */
const IN_REDIS = {
  RedisCache: 'ICache',
  RedisConnection: 'IRedisConnection',
  RedisMutexSite: 'IMutexSite',
  RedisRateLimiter: 'IRateLimiter',
  RedisQueueSite: 'IQueueSite',
  RedisPubSub: 'IPubSub',
  RedisKeyValue: 'IKeyValue',
  RedisCollectionSite: 'ICollectionSite',
  RedisSessionStore: 'ISessionStore',
  RedisAnalytics: 'IAnalytics',
  RedisMonitor: 'IRedisMonitor',
};

/** Classes without keys of their own. */
const KEYLESS = new Set(['RedisConnection', 'RedisMonitor']);
const LIMITS = ', limits: [{ name: all, algorithm: fixedWindow, limit: 5, per: 1s }]';

/** Declarations of all of them: each has keys of its own, and what it requires. */
function inRedis(port: number): string {
  const declarations = Object.entries(IN_REDIS).map(([name, token]) => {
    const limits = name === 'RedisRateLimiter' ? LIMITS : '';
    const own = KEYLESS.has(name) ? '' : `, prefix: '${name}:'${limits}`;
    return `- { class: ${name}, entries: [{ interface: ${token} }], host: 127.0.0.1, port: ${port}${own} }`;
  });
  return declarations.join('\n');
}

describe('SiteHealth', () => {
  it('a check sends nothing unless it is asked to, and then a PING tells', async () => {
    await using server = await RedisServer.start();
    await using site = new ComponentSite();
    site.registerComponent(ILoggerSite, new RecordingLoggerSite());
    await new ComponentSiteBuilder().loads(
      site,
      `${inRedis(server.port)}\n- { class: SiteHealth, entries: [{ interface: IHealth }] }`,
    );
    const health = site.getComponent(IHealth);
    await eventually('it is up', async () => (await health.check({ active: true })).status === 'up');
    server.freeze();
    try {
      // A PING of any component would be waited for, for 100 ms.
      const { components } = await settlesInTime(50, 'a check without questions', () => health.check());
      const noticed = components.filter(({ status }) => status !== 'up').map(({ class: name }) => name);
      assert.deepEqual(noticed, [], 'nothing has been noticed yet');
      await eventually('a PING is not answered', async () => {
        const asked = await settlesInTime(600, 'a check', () => health.check({ active: true }));
        return asked.status === 'degraded';
      });
    } finally {
      server.thaw();
    }
  });

  it('checks at once share one round of questions, and so do those of the second after it', async () => {
    const clock = new ManualClock();
    const { patient, health } = ward(clock);
    const reports = await Promise.all(Array.from({ length: 50 }, () => health.check({ active: true })));
    assert.ok(reports.every(({ status }) => status === 'up'));
    clock.advance(999);
    await health.check({ active: true });
    assert.deepEqual(patient.questions, [{ active: true }]);
    clock.advance(1);
    await health.check({ active: true });
    assert.equal(patient.questions.length, 2);
    await health.check();
    assert.deepEqual(patient.questions[2], { active: false });
  });

  it('a check ends within its time, with what has not answered as degraded, also one that joins a longer one', async () => {
    const { patient, health } = ward();
    patient.answer = new Promise(() => undefined);
    const long = health.check({ active: true, within: '5s' });
    const { status, components } = await settlesWithin(
      1000,
      'a check of 50 ms',
      health.check({ active: true, within: 50, details: true }),
    );
    assert.deepEqual([status, components[0]?.reasons], ['degraded', ['its health() did not answer in time']]);
    const other = await settlesWithin(1000, 'a check of 20 ms', health.check({ within: 20 }));
    assert.equal(other.status, 'degraded');
    void long;
  });

  it('reasons are told on request only', async () => {
    const { patient, health } = ward();
    patient.answer = { status: 'degraded', reasons: ['no answer from 10.0.0.1'] };
    const [brief, whole] = [await health.check(), await health.check({ details: true })];
    assert.ok(!JSON.stringify([brief, healthJson(brief), actuator(brief)]).includes('10.0.0.1'));
    assert.deepEqual(whole.components[0]?.reasons, ['no answer from 10.0.0.1']);
  });

  it('the time since is that of the first check that found the status, and begins anew when it changes', async () => {
    const { site, patient, health } = ward();
    const sinceOf = async (): Promise<number> =>
      Date.parse((await health.check()).components[0]?.since ?? 'no time');
    const up = await sinceOf();
    assert.ok(Math.abs(Date.now() - up) < 10_000);
    await eventually('time has passed', () => Date.now() > up + 5);
    assert.equal(await sinceOf(), up);
    patient.answer = { status: 'degraded', reasons: [] };
    const degraded = await sinceOf();
    assert.ok(degraded > up);
    assert.equal(await sinceOf(), degraded);
    await site.close();
    assert.deepEqual(await health.check(), { status: 'down', components: [] });
  });

  it('a check refuses options that it does not know, and ends when its signal aborts', async () => {
    const { patient, health } = ward();
    for (const options of [
      { activ: true },
      { active: 1 },
      { details: 'yes' },
      { within: 0 },
      { within: 'soon' },
    ]) {
      await rejectsWith('E_ARGUMENT', JSON.stringify(options), () => health.check(options as never));
    }
    await rejectsWith('E_ABORTED', 'a check whose signal has aborted', () =>
      health.check({ signal: AbortSignal.abort() }),
    );
    patient.answer = new Promise(() => undefined);
    const controller = new AbortController();
    const waiting = rejectsWith('E_ABORTED', 'a check', () =>
      health.check({ within: '1h', signal: controller.signal }),
    );
    controller.abort();
    await settlesWithin(1000, 'an aborted check', waiting);
  });

  it('a report becomes application/health+json, and the form of Actuator', () => {
    const since = '1970-01-01T00:00:00.000Z';
    const entry = { interface: 'ICache', class: 'RedisCache', since };
    const report: HealthReport = {
      status: 'down',
      components: [
        { ...entry, name: 'Redis', status: 'down', reasons: ['a', 'b'] },
        { ...entry, name: '', status: 'degraded', reasons: [] },
        { ...entry, name: 'Memory', status: 'up', reasons: [] },
      ],
    };
    const time = since;
    assert.deepEqual(healthJson(report), {
      status: 'fail',
      checks: {
        'ICache Redis:status': [{ status: 'fail', time, output: 'a; b' }],
        'ICache:status': [{ status: 'warn', time }],
        'ICache Memory:status': [{ status: 'pass', time }],
      },
    });
    assert.deepEqual(actuator(report), {
      status: 'DOWN',
      components: {
        'ICache Redis': {
          status: 'DOWN',
          details: { class: 'RedisCache', since: time, reasons: ['a', 'b'] },
        },
        ICache: { status: 'UP', details: { class: 'RedisCache', since: time, degraded: true } },
        'ICache Memory': { status: 'UP', details: { class: 'RedisCache', since: time } },
      },
    });
  });

  it('every component in Redis is degraded while its server is away', async () => {
    await using site = new ComponentSite();
    site.registerComponent(ILoggerSite, new RecordingLoggerSite());
    const known = [...CATALOGUE.keys()].filter((name) => name.startsWith('Redis'));
    assert.deepEqual(Object.keys(IN_REDIS).sort(), known.sort());
    await new ComponentSiteBuilder().loads(site, inRedis(1));
    const { components } = await site.health();
    const states = components.filter(({ class: name }) => name in IN_REDIS);
    assert.deepEqual(
      states.map(({ class: name, status }) => [name, status]),
      Object.keys(IN_REDIS).map((name) => [name, 'degraded']),
    );
    assert.ok(states.every(({ reasons }) => /nothing listens/.test(String(reasons))));
  });
});
