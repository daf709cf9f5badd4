import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { RedisServer } from './redis-server.js';
import { enterState, type RedisState } from './redis-state.js';

describe('enterState', () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await RedisServer.start();
  });
  afterEach(() => server.stop());

  for (const [state, ofWrites, ofReads] of [
    ['READONLY', /^READONLY /, undefined],
    ['MASTERDOWN', /^READONLY /, /^MASTERDOWN /],
    ['NOREPLICAS', /^NOREPLICAS /, undefined],
    ['MISCONF', /^MISCONF /, undefined],
    ['OOM', /^OOM /, undefined],
    ['BUSY', /^BUSY /, /^BUSY /],
    ['UNKILLABLE', /^BUSY /, /^BUSY /],
  ] as const satisfies readonly (readonly [RedisState, RegExp, RegExp | undefined])[]) {
    it(`a server in the state ${state} refuses ${ofReads === undefined ? 'writes' : 'reads too'}, until it leaves the state`, async () => {
      await server.cli('SET', 'a', '1');
      const leave = await enterState(server, state);
      await assert.rejects(server.cli('SET', 'a', '2'), { message: ofWrites });
      if (ofReads === undefined) assert.equal(await server.text('GET', 'a'), '1');
      else await assert.rejects(server.cli('GET', 'a'), { message: ofReads });
      if (state === 'UNKILLABLE') await assert.rejects(server.cli('SCRIPT', 'KILL'), /^Error: UNKILLABLE /);
      await leave();
      assert.equal(await server.cli('SET', 'a', '3'), 'OK');
    });
  }
});
