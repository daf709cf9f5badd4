import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  RedisKeyValue,
  type RedisKeyValueOptions,
} from '../../../src/implements/data/key-value/redis/redis-key-value.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';

const run = promisify(execFile);

/** A program without a library for Redis: the protocol over a bare socket, and JSON of Python. */
const PROGRAM = `
import json, socket, sys
link = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
answers = link.makefile('rb')
def call(*words):
    raw = [w if isinstance(w, bytes) else str(w).encode() for w in words]
    link.sendall(b'*%d\\r\\n' % len(raw) + b''.join(b'$%d\\r\\n%s\\r\\n' % (len(w), w) for w in raw))
    line = answers.readline()
    if line[:1] != b'$':
        return line.strip()
    return answers.read(int(line[1:]) + 2)[:-2]
user = json.loads(call('GET', 'app:user:7'))
user['visits'] += 1
user['name'] = user['name'].upper()
call('SET', 'app:user:8', json.dumps(user), 'PX', 60000)
call('INCRBY', 'app:hits', 2)
call('SET', 'app:bytes', bytes(range(256)))
print(json.dumps([user, int(call('GET', 'app:hits')), call('GET', 'app:text').decode()]))
`;

describe('values and other programs', () => {
  let server: RedisServer;
  let values: RedisKeyValue;

  beforeAll(async () => {
    server = await RedisServer.start();
    const loggerSite = new RecordingLoggerSite();
    const { host, port } = server;
    values = new RedisKeyValue({ host, port, prefix: 'app:', loggerSite } as RedisKeyValueOptions);
    await values.start();
  });
  afterAll(async () => {
    await values?.close();
    await server?.stop();
  });

  it('a Python program with a bare socket reads JSON, counters and text of a key-value store, and writes them', async () => {
    await values.setJson('user:7', { name: 'Zoë', visits: 1, tags: [null, true, 1.5] });
    await values.increment('hits', 9_007_199_254_740_993n);
    await values.set('text', 'héllo');
    const { stdout } = await run('python3', ['-c', PROGRAM, String(server.port)]);
    const user = { name: 'ZOË', visits: 2, tags: [null, true, 1.5] };
    assert.equal(stdout.trim().includes('9007199254740995'), true);
    assert.deepEqual(JSON.parse(stdout)[0], user);
    assert.equal(JSON.parse(stdout)[2], 'héllo');
    assert.deepEqual(await values.getJson('user:8'), user);
    assert.equal((await values.lifeOf('user:8')).state, 'expiring');
    assert.equal(await values.increment('hits'), 9_007_199_254_740_996n);
    assert.deepEqual(
      Buffer.from((await values.get('bytes')) ?? []),
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    );
  });

  it('redis-cli reads and writes values of a key-value store under its prefix', async () => {
    const cli = async (...words: string[]): Promise<string> =>
      (await run('redis-cli', ['-p', String(server.port), ...words])).stdout.trim();
    await values.setJson('order', { id: 7, lines: ['a', 'b'] });
    assert.equal(await cli('GET', 'app:order'), '{"id":7,"lines":["a","b"]}');
    assert.equal(await cli('SET', 'app:order', '{"id": 8}', 'EX', '60'), 'OK');
    assert.deepEqual(await values.getJson('order'), { id: 8 });
    assert.equal(await cli('INCRBY', 'app:views', '5'), '5');
    assert.equal(await values.increment('views'), 6n);
  });
});
