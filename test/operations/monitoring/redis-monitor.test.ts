import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { memoryIn } from '../../../src/implements/operations/monitoring/info-fields.js';
import { RedisMonitor } from '../../../src/implements/operations/monitoring/redis-monitor.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { RedisConnectionOptions } from '../../../src/implements/redis/redis-connection-options.js';
import { OperationError } from '../../../src/interfaces/errors.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { onStage } from '../../support/redis/stage/on-stage.js';
import { TOPOLOGIES } from '../../support/redis/stage/redis-stage.js';
import { eventually } from '../../support/time/eventually.js';

const { STANDALONE, CLUSTER } = TOPOLOGIES;
const PASSWORD = 'secret-of-the-operator';

/** Runs a test with a monitor over a connection that is ready. */
async function withMonitor(
  options: RedisConnectionOptions,
  test: (monitor: RedisMonitor, connection: RedisConnection) => Promise<void>,
): Promise<void> {
  const loggerSite = new RecordingLoggerSite();
  const connection = new RedisConnection({ ...options, commandTimeout: '5s', loggerSite });
  const monitor = new RedisMonitor({ connection, loggerSite });
  try {
    await connection.start();
    await monitor.start();
    await eventually('the connection is there', () => connection.status === 'ready');
    await test(monitor, connection);
  } finally {
    await monitor.close();
    await connection.close();
  }
}

describe('RedisMonitor', () => {
  describe.each([
    [STANDALONE.name, STANDALONE],
    [CLUSTER.name, CLUSTER],
  ])('%s', (_name, topology) => {
    const stage = onStage(topology);

    it('memory names every master with its limit and its policy', async () => {
      const { servers, options } = stage();
      await withMonitor(options, async (monitor) => {
        for (const server of servers) {
          await server.configure('maxmemory', 512 * 1024 * 1024);
          await server.configure('maxmemory-policy', 'allkeys-lru');
        }
        const limited = await monitor.memory();
        assert.deepEqual(
          limited.map(({ node }) => node).toSorted(),
          servers.map(({ host, port }) => `${host}:${port}`).toSorted(),
        );
        for (const { usedBytes, peakBytes, maxBytes, policy } of limited) {
          assert.ok(usedBytes > 0 && peakBytes > 0);
          assert.deepEqual([maxBytes, policy], [512 * 1024 * 1024, 'allkeys-lru']);
        }
        for (const server of servers) await server.configure('maxmemory', 0);
        assert.ok((await monitor.memory()).every(({ maxBytes }) => maxBytes === null));
      });
    });

    it('the number of keys is that of all masters together', async () => {
      await withMonitor(stage().options, async (monitor, connection) => {
        const before = await monitor.size();
        const keys = Array.from({ length: 30 }, (_, index) => `counted:${index}`);
        for (const key of keys) await connection.execute(['SET', key, 'v'], { keys: [key] });
        assert.equal(await monitor.size(), before + keys.length);
        for (const key of keys) await connection.execute(['UNLINK', key], { keys: [key] });
        assert.equal(await monitor.size(), before);
      });
    });

    it('the last save of every master is told in milliseconds', async () => {
      const { servers, options } = stage();
      await withMonitor(options, async (monitor) => {
        const saves = await monitor.lastSave();
        assert.equal(saves.length, servers.length);
        for (const { savedAtMs, succeeded, inProgress } of saves) {
          assert.ok(new Date(savedAtMs).getUTCFullYear() >= 2024);
          assert.deepEqual([succeeded, inProgress], [true, false]);
        }
      });
    });

    it('an unknown section of INFO has no fields, and a known one has numbers', async () => {
      const { servers, options } = stage();
      await withMonitor(options, async (monitor) => {
        assert.ok(
          (await monitor.info('no-such-section')).every(({ sections }) => Object.keys(sections).length === 0),
        );
        const known = await monitor.info('memory');
        assert.equal(known.length, servers.length);
        assert.ok(known.every(({ sections }) => typeof sections.memory?.used_memory === 'number'));
      });
    });

    it('a frozen master lets every call of a monitor fail', async () => {
      const { servers, options } = stage();
      await withMonitor(options, async (monitor) => {
        const frozen = servers.at(-1);
        frozen?.freeze();
        try {
          const timeout = { timeout: '1s' } as const;
          const calls = [
            monitor.info(undefined, timeout),
            monitor.memory(timeout),
            monitor.size(timeout),
            monitor.lastSave(timeout),
          ];
          for (const { status } of await Promise.allSettled(calls)) assert.equal(status, 'rejected');
        } finally {
          frozen?.thaw();
        }
      });
    });
  });

  const stage = onStage(STANDALONE);

  it('a call that the access rules forbid names user, command and rule, and other calls go on', async () => {
    const [server] = stage().servers;
    assert.ok(server);
    await server.cli('ACL', 'SETUSER', 'operator', 'reset', 'on', `>${PASSWORD}`, '+ping', '+dbsize');
    const login = { host: server.host, port: server.port, username: 'operator', password: PASSWORD };
    await withMonitor(login, async (monitor) => {
      const isClear = (error: unknown): boolean =>
        OperationError.is(error) && error.reason === 'NOPERM' && /\binfo\b.*\+info/.test(error.message);
      for (const call of [monitor.info(), monitor.memory(), monitor.lastSave()]) {
        await assert.rejects(call, isClear);
      }
      assert.equal(await monitor.size(), 0);
    });
  });

  it('a monitor sends DBSIZE and INFO, and no other command', async () => {
    const [server] = stage().servers;
    assert.ok(server);
    await server.cli(
      'ACL',
      'SETUSER',
      'observer',
      'reset',
      'on',
      `>${PASSWORD}`,
      '+ping',
      '+info',
      '+dbsize',
    );
    const login = { host: server.host, port: server.port, username: 'observer', password: PASSWORD };
    await withMonitor(login, async (monitor) => {
      assert.equal((await monitor.memory()).length, 1);
      assert.equal((await monitor.lastSave()).length, 1);
      assert.equal((await monitor.info()).length, 1);
      assert.equal(await monitor.size(), 0);
    });
  });

  it('an aborted signal ends every call of a monitor', async () => {
    await withMonitor(stage().options, async (monitor) => {
      const options = { signal: AbortSignal.abort() };
      const calls = [
        () => monitor.info(undefined, options),
        () => monitor.memory(options),
        () => monitor.size(options),
        () => monitor.lastSave(options),
      ];
      for (const call of calls) await assert.rejects(call, { code: 'E_ABORTED' });
    });
  });

  it('a number that INFO lacks is an error, and never 0', () => {
    assert.throws(
      () => memoryIn({ node: 'h:1', sections: { memory: {} } }),
      /expected used_memory .* got none/,
    );
    const told = { used_memory: 1, used_memory_peak: 2 };
    assert.deepEqual(memoryIn({ node: 'h:1', sections: { memory: told } }), {
      ...{ node: 'h:1', usedBytes: 1, peakBytes: 2 },
      ...{ maxBytes: null, policy: null },
    });
  });

  it('a monitor closes a connection of its own, and leaves a shared one open', async () => {
    const loggerSite = new RecordingLoggerSite();
    const own = new RedisMonitor({ ...stage().options, loggerSite });
    await own.start();
    await eventually('the own connection is there', async () => (await own.health()).status === 'ready');
    assert.equal(await own.size(), 0);
    await own.close();
    await assert.rejects(own.size());
    await withMonitor(stage().options, async (monitor, connection) => {
      await monitor.close();
      assert.equal(connection.status, 'ready');
    });
  });
});
