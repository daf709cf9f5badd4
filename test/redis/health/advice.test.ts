import { describe, expect, it } from 'vitest';
import { adviceOn } from '../../../src/implements/redis/health/advice.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import { connection, server } from '../../support/redis/stage/connection-rig.js';
import { eventually } from '../../support/time/eventually.js';

describe('advice', () => {
  it('advice inspects the server settings once, and names those that cause trouble later', async () => {
    const redisServer = await server({ args: ['--maxmemory-policy', 'allkeys-lru'] });
    const { redis, log } = connection({ port: redisServer.port });
    await redis.start();
    await eventually('it has looked', () => log.of('info').length === 3);
    const { advice } = await redis.health();
    expect(advice).toEqual([
      expect.stringContaining('the default user has no password'),
      expect.stringContaining('no maxmemory'),
      expect.stringContaining('allkeys-lru'),
    ]);
    await redisServer.restart();
    const readyAgain = () => redis.status === 'ready' && redis.ping().then(() => true);
    await eventually('it is ready again', readyAgain);
    expect(log.of('info').filter(({ message }) => message.includes('allkeys-lru'))).toHaveLength(1);
    expect(log.of('warning').every(({ message }) => message.startsWith('lost '))).toBe(true);
  });

  it('advice is empty for a server that is set up well', async () => {
    const redisServer = await server({ password: 'pw', maxmemory: '100mb' });
    const { redis } = connection({ port: redisServer.port, password: 'pw' });
    await redis.start();
    const ask = (command: readonly string[]) => redis.execute(command, { reply: 'text' });
    expect(await adviceOn(ask, false)).toEqual([]);
  });

  it.each([
    ['allkeys-random', true, /at random: with the generation of a namespace, all values .* are lost at once/],
    [
      'volatile-random',
      true,
      /at random: with the generation of a namespace, all values .* are lost at once/,
    ],
    ['allkeys-lrm', true, /first what was written longest ago: generations/],
    ['volatile-lrm', true, /first what was written longest ago: generations/],
    ['volatile-ttl', false, /first what expires soonest: leases, and fences/],
  ])('advice names the harm of the eviction policy %s, and what to choose', async (policy, severe, harm) => {
    const memory = `# Memory\r\nmaxmemory:1000\r\nmaxmemory_policy:${policy}\r\n`;
    const found = await adviceOn(async ([, section]) => (section === 'memory' ? memory : ''), false);
    expect(found).toEqual([{ severe, text: expect.stringMatching(harm) }]);
    expect(found[0]?.text).toContain(`its maxmemory-policy is ${policy}`);
    const among = policy.split('-')[0];
    expect(found[0]?.text.split('; ').at(-1)).toBe(`choose ${among}-lru or ${among}-lfu`);
  });

  it.each(['allkeys-lru', 'allkeys-lfu', 'volatile-lru', 'volatile-lfu'])(
    'advice finds no harm for generations in the eviction policy %s',
    async (policy) => {
      const memory = `# Memory\r\nmaxmemory:1000\r\nmaxmemory_policy:${policy}\r\n`;
      const found = await adviceOn(async ([, section]) => (section === 'memory' ? memory : ''), false);
      expect(found).toEqual([{ severe: false, text: expect.stringMatching(/as well as cache entries$/) }]);
    },
  );

  it('a random eviction policy of the server stands in the health of a connection', async () => {
    const redisServer = await server({ args: ['--maxmemory-policy', 'volatile-random'], maxmemory: '100mb' });
    const { redis, log } = connection({ port: redisServer.port });
    await redis.start();
    await eventually('it has looked', () => log.of('warning').length === 1);
    const { advice } = await redis.health();
    expect(advice).toContainEqual(
      expect.stringMatching(/volatile-random: .*choose volatile-lru or volatile-lfu/),
    );
  });

  it.each([
    ['5.0.14', [expect.objectContaining({ severe: true, text: expect.stringContaining('Redis 5.0.14') })]],
    ['6.0.16', [expect.objectContaining({ severe: true })]],
    ['6.2.0', []],
    ['7.4.1', []],
    ['10.0.0', []],
  ])('advice reports whether a server is too old: %s', async (version, expected) => {
    const answers: Record<string, string> = { 'INFO server': `# Server\r\nredis_version:${version}\r\n` };
    expect(await adviceOn(async (command) => answers[command.join(' ')] ?? '', false)).toEqual(expected);
  });

  it('advice reports clocks that are far apart', async () => {
    const off = async ([name]: readonly string[]) => (name === 'TIME' ? ['1000000000', '0'] : '');
    expect(await adviceOn(off, false)).toEqual([
      { severe: true, text: expect.stringMatching(/^its clock and ours differ by \d{9} s$/) },
    ]);
  });

  it('advice is silent about settings that the access rules hide', async () => {
    const refused = () =>
      Promise.reject(new OperationError('E_OPERATION_REFUSED', 'no', 'refused', { reason: 'NOPERM' }));
    expect(await adviceOn(refused, false)).toEqual([]);
  });

  it.each([
    ['a refusal that may have taken effect', new OperationError('E_OPERATION_TIMEOUT', 'late', 'unknown')],
    ['an error of another class', Object.assign(new Error('other'), { outcome: 'refused' })],
  ])('advice passes on %s, so that the server is asked again', async (_, error) => {
    await expect(adviceOn(() => Promise.reject(error), false)).rejects.toBe(error);
  });
});
