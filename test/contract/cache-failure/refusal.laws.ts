import assert from 'node:assert/strict';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { bytes, text } from '../expectations.js';
import { lose, publishedDuring } from './observation.js';
import { type FailureCapability, type FailureLaw, law, type OpenFailing } from './subject.js';

/** Way in which a server refuses commands. */
interface Refusal {
  /** First word of its error reply. */
  readonly reason: string;
  bring(opened: OpenFailing): Promise<unknown>;
  /** A call that is refused, and what a degraded cache answers to it. */
  call(opened: OpenFailing): Promise<unknown>;
  readonly answer: unknown;
  /** Capability that a server needs to be brought into this state. */
  readonly needs?: readonly FailureCapability[];
}

/** More replicas than any server here has. */
const MANY = 9;
const set = ({ cache }: OpenFailing): Promise<unknown> => cache.setValue('k', bytes('new'), '1m');

/** One that can be ended, so that the server is of use again. */
interface Passing extends Refusal {
  end(opened: OpenFailing): Promise<unknown>;
}

const FULL: Passing = {
  reason: 'OOM',
  bring: ({ server }) => server.each('CONFIG', 'SET', 'maxmemory', 1),
  end: ({ server }) => server.each('CONFIG', 'SET', 'maxmemory', 0),
  call: set,
  answer: false,
};

const DEMOTED: Passing = {
  reason: 'READONLY',
  bring: ({ server }) => server.each('REPLICAOF', '127.0.0.1', 1),
  end: ({ server }) => server.each('REPLICAOF', 'NO', 'ONE'),
  call: set,
  answer: false,
  needs: ['demotable'],
};

const REFUSALS: readonly Refusal[] = [
  {
    reason: 'WRONGTYPE',
    bring: async ({ server, prefix }) => {
      const key = `${prefix}k`;
      await server.at(key, 'DEL', key);
      await server.at(key, 'RPUSH', key, 'element');
    },
    call: ({ cache }) => cache.getValue('k'),
    answer: null,
  },
  FULL,
  DEMOTED,
  {
    reason: 'MASTERDOWN',
    bring: async ({ server }) => {
      await server.each('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
      await server.each('REPLICAOF', '127.0.0.1', 1);
    },
    call: ({ cache }) => cache.getValue('k'),
    answer: null,
    needs: ['demotable'],
  },
  {
    reason: 'NOPERM',
    bring: ({ server }) => server.changeUser('-@write'),
    call: ({ cache }) => cache.deleteValue('k'),
    answer: false,
  },
  {
    reason: 'NOREPLICAS',
    bring: ({ server }) => server.each('CONFIG', 'SET', 'min-replicas-to-write', MANY),
    call: set,
    answer: false,
  },
];

const refusals: readonly FailureLaw[] = REFUSALS.flatMap(
  ({ reason, bring, call, answer, needs }): FailureLaw[] => [
    law(
      `a server reply of ${reason} degrades the call`,
      async (open) => {
        const opened = await open();
        await opened.cache.setValue('k', bytes('old'), '1m');
        await bring(opened);
        const messages = await publishedDuring(async () => assert.equal(await call(opened), answer));
        assert.deepEqual(
          messages.map(({ code }) => code),
          ['E_OPERATION_REFUSED'],
        );
      },
      needs,
    ),
    law(
      `a server reply of ${reason} leaves the cache connected`,
      async (open) => {
        const opened = await open();
        await opened.cache.setValue('k', bytes('old'), '1m');
        await bring(opened);
        assert.equal(await call(opened), answer);
        assert.equal(opened.cache.connected, true, 'the server answers, if only to refuse');
      },
      needs,
    ),
    law(
      `a server reply of ${reason} is an OperationError that names it, with failureMode throw`,
      async (open) => {
        const opened = await open({ failureMode: 'throw' });
        await opened.cache.setValue('k', bytes('old'), '1m');
        await bring(opened);
        await assert.rejects(call(opened), {
          name: 'OperationError',
          code: 'E_OPERATION_REFUSED',
          reason,
          outcome: 'refused',
        });
      },
      needs,
    ),
  ],
);

const others: readonly FailureLaw[] = [
  law('calls succeed again as soon as the server no longer refuses them', async (open) => {
    const opened = await open();
    await FULL.bring(opened);
    assert.equal(await set(opened), false);
    await FULL.end(opened);
    assert.equal(await set(opened), true);
  }),
  law(
    'a cache writes again to a server that was demoted to a replica and promoted again',
    async (open) => {
      const opened = await open();
      await DEMOTED.bring(opened);
      assert.equal(await set(opened), false);
      await DEMOTED.end(opened);
      // Sentinels and clusters are asked for the master first.
      await eventually('the cache is back', () => opened.cache.connected);
      assert.equal(await set(opened), true);
    },
    DEMOTED.needs,
  ),
  law('a server reply of BUSY degrades the call', async (open) => {
    const opened = await open();
    await opened.server.each('CONFIG', 'SET', 'busy-reply-threshold', 20);
    const key = `${opened.prefix}k`;
    // Never answered: the server is killed with the script in it.
    opened.server.at(key, 'EVAL', 'while true do end', 1, key).catch(() => undefined);
    const bound = opened.commandTimeoutMs + 50;
    for (let round = 0; round < 5; round += 1) {
      assert.equal(await settlesInTime(bound, 'getValue', () => opened.cache.getValue('k')), null);
    }
  }),
  law('setValues returns true only if all entries were stored', async (open) => {
    const opened = await open();
    await opened.server.changeUser('resetkeys', `~${opened.prefix}mine*`);
    assert.equal(
      await opened.cache.setValues(
        [
          ['mine1', bytes('1')],
          ['theirs', bytes('2')],
          ['mine2', bytes('3')],
        ],
        '1m',
      ),
      false,
    );
    assert.equal(
      await opened.cache.setValues(
        [
          ['mine1', bytes('1')],
          ['mine2', bytes('3')],
        ],
        '1m',
      ),
      true,
    );
    assert.equal(text(await opened.cache.getValue('mine2')), '3');
  }),
  ...(['clear', 'deleteValues'] as const).map((method) =>
    law(`an interrupted ${method} returns how many entries it has removed so far`, async (open) => {
      // Only a refusal interrupts it, not the time that thousands of keys take.
      const { cache, server, prefix } = await open({ commandTimeoutMs: 5000 });
      const keys = Array.from({ length: 3000 }, (_, index) => `mine${index}`);
      assert.equal(
        await cache.setValues(
          [...keys, 'theirs'].map((key) => [key, bytes('v')] as const),
          '1m',
        ),
        true,
        'everything was stored',
      );
      assert.equal(await server.keyCount(), 3001);
      // Other keys in the same call stay too.
      await server.changeUser('resetkeys', `~${prefix}mine*`);
      const removed =
        method === 'clear' ? await cache.clear() : await cache.deleteValues([...keys, 'theirs']);
      assert.equal(removed, 3001 - (await server.keyCount()));
      assert.ok(removed < 3000, 'what was refused was not removed');
    }),
  ),
  law('calls degrade when the server refuses credentials that it accepted before', async (open) => {
    const opened = await open();
    await opened.server.changeUser('resetpass', '>another');
    await opened.server.each('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually('the cache notices that it was thrown out', () => !opened.cache.connected);
    const [message] = await publishedDuring(async () => assert.equal(await opened.cache.getValue('k'), null));
    assert.match(String(message?.code), /^E_CONNECTION_/);
  }),
];

/** One call of each method of the fenced port. */
const FENCED: Readonly<Record<string, (store: IFencedStore) => Promise<unknown>>> = {
  read: (store) => store.read({ keys: ['k'] }),
  'a capturing read': (store) =>
    store.read({ keys: ['k'], generations: ['g'], capture: { life: '1m', of: 'all' } }),
  write: (store) => store.write('k', bytes('v'), '1m'),
  'a fenced write': (store) => store.write('k', bytes('v'), '1m', 'fence'),
  invalidate: (store) => store.invalidate(['k']),
  advance: (store) => store.advance(['g']),
  acquireLease: (store) => store.acquireLease('k', 'one', '1m'),
  releaseLease: (store) => store.releaseLease('k', 'one'),
};

const fenced: readonly FailureLaw[] = Object.entries(FENCED).flatMap(([name, call]): FailureLaw[] => [
  law(`${name} of IFencedStore never degrades while the server is down`, async (open) => {
    const opened = await open({ failureMode: 'degrade' });
    await lose(opened);
    const messages = await publishedDuring(() =>
      assert.rejects(call(opened.store), { name: 'ConnectionError', outcome: 'not-sent' }),
    );
    assert.deepEqual(messages, []);
  }),
  law(`${name} of IFencedStore ends within commandTimeout + 50 ms on a frozen server`, async (open) => {
    const opened = await open({ failureMode: 'degrade' });
    opened.server.freeze();
    await assert.rejects(
      settlesInTime(opened.commandTimeoutMs + 50, name, () => call(opened.store)),
      { name: 'OperationError', code: 'E_OPERATION_TIMEOUT', outcome: 'unknown' },
    );
  }),
  law(`${name} of IFencedStore rejects when the server refuses it`, async (open) => {
    const opened = await open({ failureMode: 'degrade' });
    await opened.server.changeUser('-@all', '+acl');
    await assert.rejects(call(opened.store), {
      name: 'OperationError',
      reason: 'NOPERM',
      outcome: 'refused',
    });
  }),
]);

export const refusalLaws: readonly FailureLaw[] = [...refusals, ...others, ...fenced];
