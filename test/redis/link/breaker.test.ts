import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connection, errorOf, listener } from '../../support/redis/stage/connection-rig.js';

/** A server that answers no SLOW, until it answers the next QUICK and everything before it. */
function reluctant(socket: Socket): void {
  let owed = 0;
  socket.on('data', (data) => {
    for (const [word] of data.toString().matchAll(/HELLO|PING|SLOW|QUICK/g)) {
      if (word === 'HELLO') socket.write('%0\r\n');
      else if (word === 'PING' && owed === 0) socket.write('+PONG\r\n');
      else if (word !== 'QUICK') owed++;
      else {
        socket.write('+OK\r\n'.repeat(owed + 1));
        owed = 0;
      }
    }
  });
}

describe('circuit breaker of a link', () => {
  it('the circuit opens after five calls in a row, and an answer begins a new count', async () => {
    const port = await listener(reluctant);
    const { redis } = connection({ port, commandTimeout: 60 });
    await redis.start();
    const slow = async (calls: number): Promise<void> => {
      for (const error of await Promise.all(
        Array.from({ length: calls }, () => errorOf(redis.execute(['SLOW']))),
      )) {
        expect(error).toMatchObject({ code: 'E_OPERATION_TIMEOUT' });
      }
    };
    await slow(4);
    expect(redis.circuit).toBe('closed');
    await redis.execute(['QUICK']);
    await slow(4);
    expect(redis.circuit).toBe('closed');
    await slow(1);
    expect(redis.circuit).toBe('open');
    expect(await errorOf(redis.execute(['QUICK']))).toMatchObject({
      code: 'E_CIRCUIT_OPEN',
      outcome: 'not-sent',
    });
  });
});
