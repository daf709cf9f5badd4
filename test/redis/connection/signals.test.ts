import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { connection, errorOf, server } from '../../support/redis/stage/connection-rig.js';

describe('signals of commands', () => {
  it('many commands, transactions, blocking calls and subscriptions have one listener on their common signal', async () => {
    const { port } = await server();
    const { redis } = connection({ port, maxConnections: 20 });
    await redis.start();
    const controller = new AbortController();
    const { signal } = controller;
    const rounds = Array.from({ length: 15 }, (_, index) => index);
    const subscribed = rounds.map((index) => redis.subscribe({ channel: `c${index}` }, () => 0, { signal }));
    const blocked = rounds.map(() =>
      errorOf(redis.blocking(['BLPOP', 'none', '9'], { block: '9s', signal })),
    );
    const others = rounds.flatMap(() => [
      redis.execute(['PING'], { signal }),
      redis.transaction([['PING']], { signal }),
      redis.pipeline([{ command: ['PING'] }], { signal }),
    ]);
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
    await Promise.all([...subscribed, ...others]);
    expect(getEventListeners(signal, 'abort').length).toBe(1);
    controller.abort();
    for (const error of await Promise.all(blocked)) expect(error.code).toBe('E_ABORTED');
    for (const subscription of await Promise.all(subscribed)) expect(subscription.active).toBe(false);
    expect(getEventListeners(signal, 'abort').length).toBe(0);
  });

  it('a command takes the signal of any library, and refuses what is none', async () => {
    const { port } = await server();
    const { redis } = connection({ port });
    await redis.start();
    const calls = new Set<() => void>();
    const signal = { aborted: false, addEventListener: (_: string, call: () => void) => calls.add(call) };
    const given = { block: '9s', signal: signal as unknown as AbortSignal } as const;
    const blocked = errorOf(redis.blocking(['BLPOP', 'none', '9'], given));
    expect(String(await redis.execute(['PING'], { signal: given.signal }))).toBe('PONG');
    signal.aborted = true;
    for (const call of calls) call();
    expect((await blocked).code).toBe('E_ABORTED');
    const none = { signal: {} as AbortSignal };
    for (const call of [
      redis.execute(['PING'], none),
      redis.pipeline([{ command: ['PING'] }], none),
      redis.transaction([['PING']], none),
      redis.blocking(['BLPOP', 'k', '1'], { block: '1s', ...none }),
      redis.subscribe({ channel: 'c' }, () => 0, none),
      redis.ping(none),
    ]) {
      expect((await errorOf(call)).code).toBe('E_ARGUMENT');
    }
  });
});
