import { describe, expect, it } from 'vitest';
import { connection, errorOf, listener, server } from '../../support/redis/stage/connection-rig.js';

/** Answers each command of a client by its name. */
function answering(replies: Readonly<Record<string, string>>, rest: string) {
  return listener((socket) => {
    socket.on('data', (chunk) => {
      const names = String(chunk).match(/(?<=\*\d+\r\n\$\d+\r\n)\w+/g) ?? [];
      for (const name of names) socket.write(replies[name.toUpperCase()] ?? rest);
    });
  });
}

describe('RedisConnection to a server without HELLO', () => {
  it('a user with a name and a password logs in without HELLO, with database and client name', async () => {
    const { port } = await server({
      users: ['user app on >pass ~* +@all -hello', 'user default off'],
      args: ['--rename-command', 'HELLO', ''],
      login: { username: 'app', password: 'pass' },
    });
    const { redis } = connection({ port, db: 3, username: 'app', password: 'pass', clientName: 'mine' });
    await redis.start();
    const info = String(await redis.execute(['CLIENT', 'INFO']));
    expect(info).toMatch(/ name=mine .* db=3 /);
    expect(info).not.toContain(' resp=3'); // Redis 6.2 does not tell.
    expect(info).toContain('user=app');
  });

  it('a wrong password is told as such without HELLO', async () => {
    const { port } = await server({ password: 'right', args: ['--rename-command', 'HELLO', ''] });
    const { redis } = connection({ port, password: 'wrong' });
    await redis.start();
    const error = await errorOf(redis.ping());
    expect(error.code).toBe('E_CONNECTION_AUTH');
    expect(error.message).toContain('refused the credentials');
  });

  it.each([
    ['-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n'],
    ["-ERR unknown command 'HELLO'\r\n"],
    ['-NOPROTO unsupported protocol version\r\n'],
    ["-NOPERM this user has no permissions to run the 'hello' command\r\n"],
  ])('a server that answers HELLO with %j is used by RESP2', async (refusal) => {
    const port = await answering({ HELLO: refusal, PING: '+PONG\r\n', GET: '$1\r\nv\r\n' }, '+OK\r\n');
    const { redis } = connection({ port });
    await redis.start();
    expect(redis.status).toBe('ready');
    expect(String(await redis.execute(['GET', 'k']))).toBe('v');
  });

  it('a proxy that RESP2 does not suffice for is named in one sentence with HELLO, RESP3 and the version', async () => {
    const port = await answering(
      { HELLO: "-ERR unknown command 'HELLO'\r\n" },
      "-ERR unknown command 'x'\r\n",
    );
    const { redis } = connection({ port, db: 3 });
    await redis.start();
    const { message, code } = await errorOf(redis.ping());
    expect(code).toBe('E_CONNECTION_REFUSED');
    expect(message).toContain(
      'the server, or a proxy before it, refuses HELLO, which RESP3 requires (Redis 6.0 or later), and RESP2 does not suffice: Redis refused: ERR',
    );
  });
});
