import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MemorySessionStore } from '../../../src/implements/data/session-store/memory-session-store.js';
import { ManualClock } from '../../support/time/manual-clock.js';

describe('MemorySessionStore', () => {
  it('sessions beyond the most end, the one that was used longest ago first', async () => {
    const store = new MemorySessionStore({ maxSessions: 2 });
    const [first, second] = [await store.create({}), await store.create({})];
    await store.touch(first.id);
    const third = await store.create({});
    assert.equal(await store.get(second.id), undefined);
    assert.ok((await store.get(first.id)) && (await store.get(third.id)));
    await store.close();
  });

  it('sessions that have ended take no memory, and then no timer', async () => {
    const clock = new ManualClock();
    const store = new MemorySessionStore({ clock, idle: '1m' });
    for (let index = 0; index < 100; index += 1) await store.create({}, { userId: `u${index}` });
    assert.equal(clock.pending, 1);
    clock.advance(120_000);
    assert.equal(clock.pending, 0);
    const later = await store.create({});
    clock.advance(59_999);
    assert.ok(await store.get(later.id));
    await store.close();
    assert.equal(clock.pending, 0);
  });

  it('a session knows the moment at which it was created', async () => {
    const store = new MemorySessionStore();
    const { createdAtMs } = await store.create({});
    assert.ok(Math.abs(createdAtMs - Date.now()) < 5000);
    await store.close();
  });
});
