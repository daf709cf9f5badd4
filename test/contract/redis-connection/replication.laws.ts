import assert from 'node:assert/strict';
import { settlesInTime } from '../../support/time/in-time.js';
import { scriptOf } from './calls.js';
import { type ConnectionLaw, fails, law } from './subject.js';

const APPEND = scriptOf("return redis.call('APPEND', KEYS[1], ARGV[1])");
/** More replicas than any server of a test has. */
const MANY = 9;

export const replicationLaws: readonly ConnectionLaw[] = [
  law('a script that too few replicas confirm rejects in time, and has run once', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    await settlesInTime(450, 'the script', () =>
      fails(connection.script(APPEND, [key], ['a'], { minReplicas: MANY, timeout: 400 }), {
        code: 'E_REPLICATION',
        outcome: 'unknown',
      }),
    );
    assert.equal(await connection.script(APPEND, [key], ['b']), 2);
  }),
  law('a script that fails is answered at once, whatever replicas it asks for', async (open) => {
    const { connection, space } = await open();
    const wrongtype = scriptOf("redis.call('SET', KEYS[1], 'v') return redis.call('RPUSH', KEYS[1], 'e')");
    const call = connection.script(wrongtype, [`${space}k`], [], { minReplicas: MANY, timeout: '20s' });
    await fails(call, { code: 'E_OPERATION_REFUSED', outcome: 'refused', reason: 'WRONGTYPE' });
  }),
  law('other calls are answered while a script waits for replicas', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    let isWaiting = true;
    const waiting = fails(connection.script(APPEND, [key], ['a'], { minReplicas: MANY, timeout: 600 }), {
      code: 'E_REPLICATION',
    }).finally(() => {
      isWaiting = false;
    });
    assert.ok(Number(await connection.script(APPEND, [key], ['b'])) >= 1);
    assert.ok(isWaiting);
    await waiting;
  }),
  law('a script with replicas that the server has forgotten runs once', async (open) => {
    const { connection, space, servers } = await open();
    const key = `${space}k`;
    await servers.each('SCRIPT', 'FLUSH');
    await fails(connection.script(APPEND, [key], ['a'], { minReplicas: MANY, timeout: 200 }), {
      code: 'E_REPLICATION',
    });
    assert.equal(await connection.script(APPEND, [key], ['b']), 2);
  }),
  law('script refuses an invalid number of replicas before it sends anything', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null]) {
      const call = connection.script(APPEND, [key], ['a'], { minReplicas: wrong as number, timeout: 200 });
      await fails(call, { code: 'E_ARGUMENT' });
    }
    assert.equal(await connection.script(APPEND, [key], ['b']), 1);
  }),
];
