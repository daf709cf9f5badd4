import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { eventually } from './eventually.js';
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

  /** A client, and the pieces in which it got what it sent. */
  async function client(): Promise<{ socket: Socket; pieces: Buffer[]; closed: () => boolean }> {
    const socket = connect({ host: proxy.host, port: proxy.port, noDelay: true });
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

  it('passes bytes on, in both directions', async () => {
    const { socket, pieces } = await client();
    socket.write('hello');
    await received(pieces, 'hello');
    assert.equal(proxy.connections, 1);
  });

  it('splits bytes into pieces, in their order', async () => {
    const { socket, pieces } = await client();
    proxy.split('down', 1);
    socket.write('hello');
    await received(pieces, 'hello');
    assert.ok(pieces.length > 1, `${pieces.length} pieces`);
  });

  it('delays bytes', async () => {
    const { socket, pieces } = await client();
    proxy.delay('up', 60);
    const start = performance.now();
    socket.write('hello');
    await received(pieces, 'hello');
    assert.ok(performance.now() - start >= 59);
  });

  it('lets one direction vanish', async () => {
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

  it('cuts connections, and refuses new ones until it is healed', async () => {
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
