import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { eventually } from '../time/eventually.js';
import { TcpProxy } from './tcp-proxy.js';

describe('TcpProxy', () => {
  let echo: Server;
  let proxy: TcpProxy;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    echo = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    proxy = await TcpProxy.start({ host: '127.0.0.1', port: (echo.address() as { port: number }).port });
  });
  afterEach(async () => {
    await proxy.close();
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => echo.close(resolve));
  });

  /** A client, and the pieces in which its bytes returned. */
  async function client(
    options: { allowHalfOpen?: boolean } = {},
  ): Promise<{ socket: Socket; pieces: Buffer[]; closed: () => boolean }> {
    const socket = connect({ host: proxy.host, port: proxy.port, noDelay: true, ...options });
    sockets.push(socket);
    const pieces: Buffer[] = [];
    let closed = false;
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('error', () => {});
    socket.on('close', () => {
      closed = true;
    });
    await eventually('it is known whether the socket connects', () => !socket.connecting);
    return { socket, pieces, closed: () => closed };
  }

  const received = (pieces: readonly Buffer[], text: string) =>
    eventually(`"${text}" arrives`, () => Buffer.concat(pieces).toString() === text);

  it('the proxy passes bytes on, in both directions', async () => {
    const { socket, pieces } = await client();
    socket.write('hello');
    await received(pieces, 'hello');
    assert.equal(proxy.connections, 1);
  });

  it('the proxy splits bytes into pieces, in order', async () => {
    const { socket, pieces } = await client();
    proxy.split('down', 1);
    socket.write('hello');
    await received(pieces, 'hello');
    assert.ok(pieces.length > 1, `${pieces.length} pieces`);
  });

  it('the proxy delays bytes', async () => {
    const { socket, pieces } = await client();
    proxy.delay('up', 60);
    const start = performance.now();
    socket.write('hello');
    await received(pieces, 'hello');
    assert.ok(performance.now() - start >= 59);
  });

  it('the proxy swallows the bytes of one direction', async () => {
    const { socket, pieces, closed } = await client();
    proxy.blackHole('down');
    socket.write('lost');
    const other = await client();
    other.socket.write('lost too');
    await eventually('the server has it', () => sockets.some((each) => each.bytesRead === 8));
    proxy.heal();
    socket.write('found');
    await received(pieces, 'found');
    assert.equal(closed(), false);
  });

  it('the proxy merges chunks into one', async () => {
    const { socket, pieces } = await client();
    proxy.merge('down', 10);
    for (const piece of ['one ', 'two ', 'six']) {
      socket.write(piece);
      await eventually('the server has it', () =>
        sockets.some((each) => each !== socket && each.bytesRead > 0),
      );
    }
    await received(pieces, 'one two six');
    assert.ok(pieces.length < 3, `${pieces.length} pieces`);
    socket.write('!');
    await received(pieces, 'one two six!');
  });

  it('the proxy limits the bytes per second', async () => {
    const { socket, pieces } = await client();
    proxy.throttle('down', 100_000);
    const start = performance.now();
    socket.write('x'.repeat(20_000));
    await received(pieces, 'x'.repeat(20_000));
    assert.ok(performance.now() - start >= 190, `${performance.now() - start} ms`);
  });

  it('the proxy drops one chunk, and passes the next', async () => {
    const { socket, pieces } = await client();
    proxy.drop('down');
    socket.write('lost');
    await eventually('the server has it', () =>
      sockets.some((each) => each !== socket && each.bytesWritten === 4),
    );
    // Not before the proxy has lost it, or both may be one chunk.
    await eventually('it is lost', () => proxy.isDropping === false);
    socket.write('found');
    await received(pieces, 'found');
  });

  it('the proxy holds back one direction until it is healed, while the sender buffers', async () => {
    const { socket, pieces } = await client();
    proxy.hold('up');
    const sent = 16 << 20;
    socket.write(Buffer.alloc(sent, 'x'));
    await eventually('the kernel takes no more', () => socket.writableLength > 0);
    assert.equal(pieces.length, 0);
    proxy.heal();
    await eventually('all of it arrives', () => pieces.reduce((sum, { length }) => sum + length, 0) === sent);
  });

  it('the proxy resets a connection in the middle of a stream', async () => {
    const { socket, pieces, closed } = await client();
    proxy.cutAfter('down', 3);
    socket.write('hello');
    await eventually('the connection is gone', closed);
    assert.equal(Buffer.concat(pieces).toString(), 'hel');
    const next = await client();
    next.socket.write('hello');
    await received(next.pieces, 'hello');
  });

  it('the proxy ends one half of a connection, and continues with the other', async () => {
    const { socket, pieces } = await client({ allowHalfOpen: true });
    socket.write('before');
    await received(pieces, 'before');
    let hasEnded = false;
    socket.on('end', () => (hasEnded = true));
    proxy.halfClose('client');
    await eventually('the client hears of it', () => hasEnded);
    socket.write('after');
    await eventually('the server has it', () =>
      sockets.some((each) => each !== socket && each.bytesRead === 11),
    );
    assert.equal(proxy.connections, 1);
  });

  it('the proxy cuts connections, and refuses new ones until it is healed', async () => {
    const first = await client();
    proxy.refuse();
    proxy.cut();
    await eventually('the connection is gone', first.closed);
    const second = await client();
    await eventually('the new one is refused', second.closed);
    proxy.heal();
    const third = await client();
    third.socket.write('hello');
    await received(third.pieces, 'hello');
  });
});
