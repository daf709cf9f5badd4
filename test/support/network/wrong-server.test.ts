import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { afterEach, describe, it } from 'vitest';
import { RespClient } from '../redis/server/resp-client.js';
import { eventually } from '../time/eventually.js';
import { type WrongBehaviour, WrongServer } from './wrong-server.js';

describe('WrongServer', () => {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  /** Answers to a client that sends HELLO and more commands. */
  async function spokenTo(
    behaviour: WrongBehaviour,
    words = '*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*1\r\n$4\r\nPING\r\n',
  ) {
    const server = await WrongServer.start(behaviour);
    stops.push(() => server.stop());
    const socket = connect(server.port, server.host);
    stops.push(() => socket.destroy());
    const got = { text: '', isClosed: false, server };
    socket.on('data', (chunk) => (got.text += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => (got.isClosed = true));
    socket.write(words);
    return got;
  }

  for (const [behaviour, answer] of [
    ['http', /^HTTP\/1\.1 400/],
    ['garbage', /\xff.*not RESP/],
    ['hello-only', /^%3\r\n.*:3\r\n$/s],
    ['refuses', /^-ERR unknown command 'HELLO'\r\n-ERR unknown command 'PING'\r\n$/],
  ] as const) {
    it(`the server "${behaviour}" answers as its name says`, async () => {
      const got = await spokenTo(behaviour);
      await eventually('it answers', () => answer.test(got.text));
      assert.equal(got.isClosed, false);
      assert.match(got.server.received, /HELLO/);
    });
  }

  for (const behaviour of ['closes', 'resets'] as const) {
    it(`the server "${behaviour}" ends every connection`, async () => {
      const got = await spokenTo(behaviour);
      await eventually('the connection is gone', () => got.isClosed);
      assert.equal(got.server.connections, 1);
    });
  }

  it('the server "silent" accepts everything, and never answers', async () => {
    const got = await spokenTo('silent');
    await eventually('it has all of it', () => got.server.received.endsWith('PING\r\n'));
    assert.deepEqual([got.text, got.isClosed], ['', false]);
  });

  it('the server "hello-only" answers the handshake, and no command after it', async () => {
    const server = await WrongServer.start('hello-only');
    stops.push(() => server.stop());
    const client = await RespClient.open({ host: server.host, port: server.port, password: 'any', db: 1 });
    const lost = assert.rejects(client.command('PING'), /closed/);
    client.close();
    await lost;
  });
});
