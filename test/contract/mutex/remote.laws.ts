import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { acquired, type MutexLaw, rejects, remoteLaw, passed } from './subject.js';

const UNREACHABLE = [
  ...['E_OPERATION_TIMEOUT', 'E_CONNECTION_TIMEOUT', 'E_CONNECTION_LOST'],
  ...['E_CONNECTION_REFUSED', 'E_CIRCUIT_OPEN'],
];

export const remoteLaws: readonly MutexLaw[] = [
  remoteLaw('a fence grows although the database has lost everything', async (open) => {
    const { site, servers } = await open();
    let last = 0;
    for (let round = 0; round < 3; round++) {
      const lock = await acquired(site.getMutex('one'), { expire: '20s' });
      assert.ok(lock.fence > last, `${lock.fence} after ${last}`);
      last = lock.fence;
      await servers.each('FLUSHDB');
    }
  }),
  remoteLaw('every key of a lock has an expiry', async (open) => {
    const { site, other, servers } = await open();
    await acquired(site.getMutex('one'), { expire: '20s' });
    const waiting = other.getMutex('one').acquire({ wait: '1s' });
    await eventually('it waits', async () => (await site.getMutex('one').inspect()).waiting === 1);
    const keys = await servers.keys();
    assert.ok(keys.length >= 4, keys.join(' '));
    for (const key of keys) assert.ok(Number(await servers.at(key, 'PTTL', key)) > 0, key);
    await waiting;
  }),
  remoteLaw('a lock whose expiry was taken away is free after a lease', async (open) => {
    const { site, other, servers } = await open();
    await acquired(site.getMutex('one'), { expire: '20s' });
    for (const key of await servers.keys()) await servers.at(key, 'PERSIST', key);
    assert.ok(await other.getMutex('one').acquire({ expire: 200, wait: '3s' }));
  }),
  remoteLaw('a server that does not answer is a typed error in time', async (open) => {
    const { site, servers } = await open({ commandTimeout: 400 });
    const mutex = site.getMutex('one');
    const lock = await acquired(site.getMutex('two'), { expire: '20s' });
    servers.freeze();
    try {
      await settlesInTime(450, 'acquire', () => rejects(mutex.acquire({ wait: '20s' }), ...UNREACHABLE));
      await settlesInTime(450, 'tryAcquire', () => rejects(mutex.tryAcquire(), ...UNREACHABLE));
      await settlesInTime(450, 'inspect', () => rejects(mutex.inspect(), ...UNREACHABLE));
      await settlesInTime(450, 'release', () => rejects(lock.release(), ...UNREACHABLE));
    } finally {
      servers.thaw();
    }
  }),
  remoteLaw('a lock whose grant nobody has heard of is free soon after the server is back', async (open) => {
    const { site, other, servers } = await open({ commandTimeout: 300 });
    const names = ['one', 'two', 'three'];
    // Now the server knows the script, and executes what it finds after the pause.
    for (const name of names) await (await acquired(site.getMutex(name))).release();
    servers.freeze();
    const calls = names.map((name) =>
      rejects(site.getMutex(name).acquire({ expire: '60s' }), ...UNREACHABLE),
    );
    await Promise.all(calls).finally(() => servers.thaw());
    for (const name of names) {
      await eventually(`${name} is free`, async () => !(await other.getMutex(name).inspect()).held, {
        withinMs: 2000,
      });
    }
    for (let round = 0; round < 5; round++) {
      await passed(50);
      assert.equal((await other.getMutex('one').inspect()).held, false);
    }
  }),
  remoteLaw('autoExtend survives a server that pauses for a third of the lease', async (open) => {
    const { site, servers } = await open({ commandTimeout: 300 });
    const lock = await acquired(site.getMutex('one'), { expire: '1500ms', autoExtend: true });
    const since = performance.now();
    await passed(400);
    servers.freeze();
    await passed(500);
    servers.thaw();
    await eventually('its first lease is over', () => performance.now() - since > 2000);
    assert.ok(lock.held);
    assert.equal(lock.signal.aborted, false);
    assert.equal(await lock.release(), true);
  }),
  remoteLaw('a holder is told in time that a frozen server may have let its lease end', async (open) => {
    const { site, servers } = await open({ commandTimeout: 300 });
    const lock = await acquired(site.getMutex('one'), { expire: 700, autoExtend: true });
    const since = performance.now();
    servers.freeze();
    try {
      await eventually('the signal has aborted', () => lock.signal.aborted);
      assert.ok(performance.now() - since < 750);
      assert.equal(lock.held, false);
    } finally {
      servers.thaw();
    }
  }),
  remoteLaw('a waiter that has died delays the others by two seconds at most', async (open) => {
    const { site, other, servers, killOther } = await open();
    const mutex = site.getMutex('one');
    const lock = await acquired(mutex, { expire: '20s' });
    const dead = other.getMutex('one').acquire({ wait: '20s' });
    dead.catch(() => undefined);
    await eventually('it waits', async () => (await mutex.inspect()).waiting === 1);
    await killOther();
    await dead.catch(() => undefined);
    const next = mutex.acquire({ wait: '20s' });
    await eventually('two wait', async () => {
      const queue = (await servers.keys()).find((key) => key.endsWith(':queue')) ?? '';
      return (await servers.at(queue, 'ZCARD', queue)) === 2;
    });
    await lock.release();
    assert.ok(await settlesInTime(2050, 'the next waiter', () => next));
  }),
  remoteLaw('a wake-up that is lost delays a waiter by a second at most', async (open) => {
    const { site, other, servers } = await open();
    await acquired(site.getMutex('one'), { expire: '20s' });
    const next = other.getMutex('one').acquire({ wait: '20s' });
    await eventually('it waits', async () => (await site.getMutex('one').inspect()).waiting === 1);
    const lock = (await servers.keys()).find((key) => key.endsWith(':lock')) ?? '';
    await servers.at(lock, 'DEL', lock);
    assert.ok(await settlesInTime(1000, 'the waiter', () => next));
  }),
  remoteLaw('a waiter sends at most twenty commands a second, and is woken by the release', async (open) => {
    const { site, other, servers } = await open();
    const lock = await acquired(site.getMutex('one'), { expire: '20s' });
    const next = other.getMutex('one').acquire({ wait: '20s', expire: '20s' });
    await eventually('it waits', async () => (await site.getMutex('one').inspect()).waiting === 1);
    await servers.received();
    await passed(1000);
    const count = (await servers.received()).filter(([name]) => /^EVAL/i.test(name ?? '')).length;
    assert.ok(count <= 20, `${count} commands`);
    const since = performance.now();
    await lock.release();
    assert.ok(await next);
    assert.ok(performance.now() - since < 300, 'it looked by itself');
  }),
];
