import assert from 'node:assert/strict';
import type { CircuitState, ConnectionStatus } from '../../../src/interfaces/redis-health.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { counterOf, countingCalls, everyCall } from './calls.js';
import { type ConnectionLaw, type Failure, fails, law, startedUp, whileFrozen } from './subject.js';

const states: readonly ConnectionLaw[] = [
  law(
    'status and circuit show the state of the connection, and listeners hear of every change',
    async (open) => {
      const { connection } = await open({ started: false });
      const statuses: ConnectionStatus[] = [];
      const circuits: CircuitState[] = [];
      connection.on('status', (status) => {
        assert.equal(connection.status, status, 'it is so by then');
        statuses.push(status);
      });
      connection.on('circuit', (circuit) => circuits.push(circuit));
      assert.deepEqual([connection.status, connection.circuit], ['idle', 'open']);
      await connection.start();
      assert.deepEqual([connection.status, connection.circuit], ['ready', 'closed']);
      await connection.close();
      assert.equal(connection.status, 'closed');
      assert.deepEqual([statuses[0], statuses.at(-2), statuses.at(-1)], ['connecting', 'ready', 'closed']);
      assert.equal(circuits.at(0), 'half-open');
      assert.ok(circuits.includes('closed'), String(circuits));
      for (const seen of [statuses, circuits] as readonly string[][]) {
        assert.ok(
          seen.every((state, index) => state !== seen[index - 1]),
          `only changes are told: ${seen}`,
        );
      }
    },
  ),
  law('a removed listener hears nothing more', async (open) => {
    const { connection } = await open({ started: false });
    const heard: string[] = [];
    const stop = connection.on('status', (status) => heard.push(`first ${status}`));
    connection.on('status', (status) => heard.push(`second ${status}`));
    stop();
    stop();
    await startedUp(connection);
    assert.ok(heard.length > 0 && heard.every((text) => text.startsWith('second')), String(heard));
  }),
  law(
    'a listener that throws or rejects is logged, and other listeners still hear of the change',
    async (open) => {
      const { connection, log } = await open({ started: false });
      const heard: string[] = [];
      connection.on('status', () => {
        throw new Error('thrown by a listener');
      });
      connection.on('status', (async () => {
        throw new Error('rejected by a listener');
      }) as () => void);
      connection.on('status', (status) => heard.push(status));
      await connection.start();
      assert.deepEqual([heard[0], heard.at(-1)], ['connecting', 'ready']);
      const messages = (): string[] => log.map(({ error }) => (error as Error | undefined)?.message ?? '');
      await eventually('both are logged', () => {
        return messages().includes('thrown by a listener') && messages().includes('rejected by a listener');
      });
    },
  ),
  law('database names the target of the connection, without credentials', async (open) => {
    const { connection, database } = await open({ started: false });
    assert.equal(connection.database, database);
    assert.doesNotMatch(connection.database, /secret|@/);
  }),
  law('client is the client of node-redis while connected, and undefined otherwise', async (open) => {
    const { connection, servers } = await open({ started: false });
    type Raw = { sendCommand(words: string[]): Promise<unknown> } | undefined;
    assert.equal(connection.client, undefined);
    await startedUp(connection);
    assert.equal(String(await (connection.client as Raw)?.sendCommand(['PING'])), 'PONG');
    const before = connection.client;
    await servers.kill();
    await eventually('there is another one, which works', async () => {
      const { client } = connection;
      return client !== before && String(await (client as Raw)?.sendCommand(['PING'])) === 'PONG';
    });
    await connection.close();
    assert.equal(connection.client, undefined);
  }),
  law('every connection to the server carries the client name', async (open) => {
    const { connection, space, servers } = await open();
    const name = `${space}named`;
    const named = (await open({ clientName: name })).connection;
    assert.ok((await servers.clients(name)).length >= servers.count, 'each server has one of that name');
    const before = (await servers.clients(name)).length;
    await named.transaction([['INCR', counterOf(space)]], { keys: [counterOf(space)] });
    await named.subscribe({ channel: `${space}c` }, () => {});
    assert.equal((await servers.clients(name)).length, before + 2);
    assert.equal((await connection.health()).status, 'ready');
  }),
];

const losses: readonly ConnectionLaw[] = [
  law('a broken connection comes back by itself', async (open) => {
    const { connection, space, servers } = await open();
    const statuses: ConnectionStatus[] = [];
    connection.on('status', (status) => statuses.push(status));
    assert.ok((await servers.kill()) >= servers.count, 'there were connections');
    await eventually('the loss is noticed', () => statuses.length > 0);
    await eventually(
      'it is ready again',
      () => connection.status === 'ready' && connection.circuit === 'closed',
    );
    assert.equal(await everyCall.execute(connection, space), 1);
    assert.ok(!statuses.includes('closed'), String(statuses));
  }),
  law(
    'no command that failed as not sent was executed, and none ran twice, while connections broke and returned',
    async (open) => {
      const { connection, space, servers } = await open();
      let [answered, unknown] = [0, 0];
      const pending: Promise<unknown>[] = [];
      for (let round = 0; round < 30; round += 1) {
        if (round % 10 === 5) await servers.kill();
        for (const name of countingCalls) {
          pending.push(
            everyCall[name](connection, space).then(
              () => (answered += 1),
              (error: Failure) => {
                assert.ok(['not-sent', 'unknown'].includes(error.outcome ?? ''), String(error.stack));
                if (error.outcome === 'unknown') unknown += 1;
              },
            ),
          );
        }
        await connection.ping().catch(() => undefined);
      }
      await Promise.all(pending);
      await eventually('it is ready again', () => connection.status === 'ready');
      const executed = Number(await servers.at(counterOf(space), 'GET', counterOf(space)));
      assert.ok(
        executed >= answered && executed <= answered + unknown,
        `${executed}: ${answered} + ${unknown}`,
      );
    },
  ),
  law(
    'calls are refused at once, unsent, while a server does not answer, and succeed when it answers again',
    async (open) => {
      const { connection, space, servers } = await open();
      const circuits: CircuitState[] = [];
      connection.on('circuit', (circuit) => circuits.push(circuit));
      await everyCall.execute(connection, space);
      await whileFrozen(servers, async () => {
        const probe = () => everyCall.execute(connection, space, { timeout: 40 });
        await eventually('the circuit opens', async () => {
          const error = (await probe().catch((reason: unknown) => reason)) as Failure;
          return error.outcome === 'not-sent';
        });
        assert.notEqual(connection.circuit, 'closed');
        assert.notEqual(connection.status, 'ready');
        for (const name of countingCalls) {
          const refused = () => fails(everyCall[name](connection, space), { outcome: 'not-sent' });
          await settlesInTime(25, name, refused);
        }
        const { reason } = await connection.health();
        assert.equal(typeof reason, 'string');
      });
      await eventually(
        'it closes again',
        () => connection.circuit === 'closed' && connection.status === 'ready',
      );
      await everyCall.execute(connection, space);
      assert.ok(circuits.includes('open'), String(circuits));
      assert.equal(circuits.at(-1), 'closed');
    },
  ),
];

const closing: readonly ConnectionLaw[] = [
  law('close ends every connection, and may be called again', async (open) => {
    const { connection, space, servers } = await open();
    for (const call of Object.values(everyCall)) await call(connection, space);
    await connection.subscribe({ channel: `${space}c` }, () => {});
    assert.ok((await servers.clients()).length > servers.count, 'there are connections');
    await Promise.all([connection.close(), connection.close()]);
    await connection.close();
    assert.equal(connection.status, 'closed');
    await eventually('none is left', async () => (await servers.clients()).length === 0);
  }),
  law(
    'calls in flight reject with a DisposedError within a second of close, even on a frozen server',
    async (open) => {
      const { connection, space, servers } = await open();
      for (const call of Object.values(everyCall)) await call(connection, space);
      await whileFrozen(servers, async () => {
        const calls = Object.values(everyCall).map((call) =>
          fails(call(connection, space), { code: 'E_DISPOSED' }),
        );
        const [executed] = calls;
        await fails(connection.ping({ timeout: 50 }), { code: 'E_OPERATION_TIMEOUT' });
        await settlesInTime(1000, 'close', () => connection.close());
        await settlesInTime(100, 'the calls in flight', () => Promise.all(calls));
        assert.equal((await executed)?.outcome, 'unknown');
      });
    },
  ),
  law('start connects once, and never after close', async (open) => {
    const { connection, servers } = await open({ started: false });
    const statuses: ConnectionStatus[] = [];
    connection.on('status', (status) => statuses.push(status));
    await Promise.all([startedUp(connection), connection.start()]);
    const count = (await servers.clients()).length;
    await connection.start();
    assert.equal((await servers.clients()).length, count);
    assert.equal(statuses.filter((status) => status === 'ready').length, 1);
    await connection.close();
    await fails(connection.start(), { code: 'E_DISPOSED', outcome: 'not-sent' });
    assert.equal(connection.status, 'closed');
  }),
];

export const lifecycleLaws: readonly ConnectionLaw[] = [...states, ...losses, ...closing];
