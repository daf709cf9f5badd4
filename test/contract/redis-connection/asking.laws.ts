import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { all } from '../expectations.js';
import { type ConnectionLaw, fails, law, lawOf, startedUp, whileFrozen } from './subject.js';

const scans: readonly ConnectionLaw[] = [
  law('scan finds every key that matches, on every node, and no other', async (open) => {
    const { connection, space } = await open();
    const keys = Array.from({ length: 1500 }, (_, index) => `${space}${index}`);
    await connection.pipeline(
      [...keys, `${space}x`, `t${space}`].map((key) => ({ command: ['SET', key, 'v'], keys: [key] })),
    );
    const found = (await all(connection.scan(`${space}[0-9]*`))).flat().map(String);
    assert.deepEqual([...new Set(found)].sort(), [...keys].sort());
    const deleted = await connection.pipeline(
      [...keys, `${space}x`, `t${space}`].map((key) => ({ command: ['DEL', key], keys: [key] })),
    );
    assert.ok(deleted.every((one) => one === 1));
    assert.deepEqual((await all(connection.scan(`${space}*`))).flat(), []);
  }),
  law('scan returns keys as bytes', async (open) => {
    const { connection, space } = await open();
    const keys = [[0], [255, 254], [13, 10], [0xc3]].map((bytes) =>
      Buffer.from([...Buffer.from(space), ...bytes]),
    );
    for (const key of keys) await connection.execute(['SET', key, 'v'], { keys: [key] });
    const found = (await all(connection.scan(`${space}*`))).flat().map((key) => key.toString('hex'));
    assert.deepEqual([...new Set(found)].sort(), keys.map((key) => key.toString('hex')).sort());
  }),
  law('an iteration of scan may be stopped early, and ends when its signal aborts', async (open) => {
    const { connection, space } = await open();
    const keys = Array.from({ length: 1500 }, (_, index) => `${space}${index}`);
    await connection.pipeline(keys.map((key) => ({ command: ['SET', key, 'v'], keys: [key] })));
    for await (const page of connection.scan(`${space}*`)) {
      assert.ok(page.length > 0, 'no page is empty');
      break;
    }
    const giving = new AbortController();
    let pages = 0;
    const iteration = (async () => {
      for await (const _ of connection.scan(`${space}*`, { signal: giving.signal })) {
        pages += 1;
        giving.abort();
      }
    })();
    await fails(iteration, { code: 'E_ABORTED' });
    assert.equal(pages, 1);
    await connection.pipeline(keys.map((key) => ({ command: ['DEL', key], keys: [key] })));
  }),
  law('scan and info refuse an argument that is not text, without effect on other calls', async (open) => {
    const { connection, space } = await open();
    const key = `${space}k`;
    for (const wrong of [5, null, {}, ['a'], Symbol('s')] as unknown as string[]) {
      const calls = [all(connection.scan(wrong)), ...(wrong === null ? [] : [connection.info(wrong)])];
      const [answer, ...refusals] = await Promise.allSettled([
        connection.execute(['INCR', key], { keys: [key] }),
        ...calls.map((call) => fails(call, { code: 'E_ARGUMENT' })),
      ]);
      assert.equal(answer?.status, 'fulfilled');
      for (const refusal of refusals)
        assert.equal(refusal.status, 'fulfilled', String((refusal as PromiseRejectedResult).reason));
    }
    await fails(all(connection.scan(undefined as unknown as string)), { code: 'E_ARGUMENT' });
  }),
];

const questions: readonly ConnectionLaw[] = [
  law('ping returns its duration', async (open) => {
    const { connection } = await open();
    const start = performance.now();
    const ms = await connection.ping();
    const tookMs = performance.now() - start;
    assert.ok(ms > 0 && ms <= tookMs, `${ms} of ${tookMs} ms`);
  }),
  law('ping waits for every master', async (open) => {
    const { connection, servers } = await open({ commandTimeout: 150 });
    await whileFrozen(servers, () =>
      settlesInTime(200, 'ping', () => fails(connection.ping(), { code: 'E_OPERATION_TIMEOUT' })),
    );
    await eventually('all answer again', async () => (await connection.ping()) > 0);
  }),
  law(
    'info returns the statistics of each master, by section and field, with numbers as numbers',
    async (open) => {
      const { connection, servers } = await open();
      const infos = await connection.info();
      assert.equal(infos.length, servers.count);
      assert.equal(new Set(infos.map(({ node }) => node)).size, servers.count);
      const ids = (await servers.each('INFO', 'server')).map(
        (text) => /run_id:(\w+)/.exec(String(text))?.[1],
      );
      assert.deepEqual(infos.map(({ sections }) => String(sections.server?.run_id)).sort(), ids.sort());
      for (const { sections } of infos) {
        assert.equal(typeof sections.server?.redis_version, 'string');
        assert.equal(typeof sections.memory?.used_memory, 'number');
        assert.equal(typeof sections.clients?.connected_clients, 'number');
        assert.equal(sections.replication?.role, 'master');
      }
    },
  ),
  law('info returns only the section that is asked for', async (open) => {
    const { connection } = await open();
    for (const section of ['memory', 'SERVER', 'keyspace']) {
      for (const { sections } of await connection.info(section)) {
        assert.deepEqual(Object.keys(sections), [section.toLowerCase()]);
      }
    }
    for (const { sections } of await connection.info('no such section'))
      assert.deepEqual(Object.keys(sections), []);
  }),
];

const health: readonly ConnectionLaw[] = [
  law('health reports a connection that works as healthy', async (open) => {
    const { connection, servers } = await open();
    let seen = await connection.health();
    // Right after its start the connection may still send commands of its own, for the cluster map or for advice.
    await eventually('nothing is under way', async () => {
      seen = await connection.health();
      return seen.nodes.every(({ inFlight }) => inFlight === 0);
    });
    const { status, circuit, pingMs, reason, nodes, advice } = seen;
    assert.deepEqual([status, circuit, reason], ['ready', 'closed', null]);
    assert.ok(pingMs !== null && pingMs > 0 && pingMs < 100, `${pingMs} ms`);
    assert.ok(Array.isArray(advice), 'there may be advice');
    assert.equal(new Set(nodes.map(({ node }) => node)).size, servers.count);
    for (const each of nodes) {
      assert.deepEqual({ ...each, node: '' }, { node: '', status: 'ready', circuit: 'closed', inFlight: 0 });
      assert.ok(each.node.length > 0, 'a node has a name');
    }
  }),
  law('health returns within 100 ms on a frozen server', async (open) => {
    const { connection, servers, space } = await open();
    await whileFrozen(servers, async () => {
      const key = `${space}k`;
      const pending = connection
        .execute(['INCR', key], { keys: [key], timeout: '5s' })
        .catch(() => undefined);
      const { pingMs, nodes } = await settlesInTime(110, 'health', () => connection.health());
      assert.equal(pingMs, null);
      assert.ok(
        nodes.some(({ inFlight }) => inFlight > 0),
        'commands wait',
      );
      servers.thaw();
      await pending;
    });
  }),
  law('health never rejects, in any state of the connection', async (open) => {
    const { connection } = await open({ started: false });
    const look = async (): Promise<unknown[]> => {
      const { status, circuit, pingMs, reason } = await settlesInTime(110, 'health', () =>
        connection.health(),
      );
      return [status, circuit, pingMs, typeof reason];
    };
    assert.deepEqual(await look(), ['idle', 'open', null, 'string']);
    await startedUp(connection);
    assert.equal((await look())[0], 'ready');
    await connection.close();
    assert.deepEqual(await look(), ['closed', 'open', null, 'string']);
  }),
  law('health holds advice shortly after the connection is established', async (open) => {
    const { connection, log } = await open();
    const advised = async (): Promise<boolean> =>
      (await connection.health()).advice.some((text) => /maxmemory/.test(text));
    await eventually('there is advice on a server without maxmemory', advised, { everyMs: 50 });
    assert.ok(
      log.some(({ message }) => /maxmemory/.test(message)),
      'it is logged too',
    );
  }),
  lawOf('sharded', 'health and info name the same masters', async (open) => {
    const { connection, servers } = await open();
    assert.ok(servers.count > 1, 'there are several masters');
    const names = (await connection.health()).nodes.map(({ node }) => node);
    assert.equal(new Set(names).size, servers.count);
    for (const { node } of await connection.info('server')) assert.ok(names.includes(node), node);
  }),
];

export const askingLaws: readonly ConnectionLaw[] = [...scans, ...questions, ...health];
