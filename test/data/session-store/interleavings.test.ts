import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { MemorySessionStore } from '../../../src/implements/data/session-store/memory-session-store.js';
import { RedisSessionStore } from '../../../src/implements/data/session-store/redis-session-store.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { ISessionStore, Session } from '../../../src/interfaces/session-store.js';
import { all } from '../../contract/expectations.js';
import { keySpace } from '../../support/redis/server/redis-for-tests.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';

/** One call, and what it answered in a form that does not depend on ids. */
interface Call {
  readonly name: string;
  run(store: ISessionStore, id: string, made: Map<string, string>): Promise<unknown>;
}

const USER = 'ada';

/** Remembers the id of a session that a call made, and tells its data. */
function noted(made: Map<string, string>, name: string, session: Session | undefined): unknown {
  if (session !== undefined) made.set(name, session.id);
  return session?.data ?? 'none';
}

const CALLS: readonly Call[] = [
  { name: 'get', run: async (store, id) => (await store.get(id))?.data ?? 'none' },
  {
    name: 'update',
    run: async (store, id) => (await store.update(id, (data) => ({ ...data, b: 2 })))?.data ?? 'none',
  },
  {
    name: 'another update',
    run: async (store, id) => (await store.update(id, (data) => ({ ...data, c: 3 })))?.data ?? 'none',
  },
  { name: 'touch', run: (store, id) => store.touch(id) },
  {
    name: 'regenerate',
    run: async (store, id, made) => noted(made, 'regenerated', await store.regenerate(id)),
  },
  { name: 'destroy', run: (store, id) => store.destroy(id) },
  { name: 'destroyAll', run: (store) => store.destroyAll(USER) },
  {
    name: 'create',
    run: async (store, _, made) => noted(made, 'created', await store.create({ n: 1 }, { userId: USER })),
  },
];

/** Lets commands of a store pass one by one, when the test says so. */
class Gate {
  readonly #waiting: (() => void)[] = [];
  #isOpen = false;

  /** The same connection, on which each command waits for its turn. */
  guard(connection: IRedisConnection): IRedisConnection {
    return new Proxy(connection, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = member.bind(target) as (...args: unknown[]) => unknown;
        if (name !== 'script' && name !== 'execute') return call;
        return async (...args: unknown[]) => {
          if (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
          return call(...args);
        };
      },
    });
  }

  get waits(): boolean {
    return this.#waiting.length > 0;
  }

  pass(): void {
    this.#waiting.shift()?.();
  }

  open(): void {
    this.#isOpen = true;
    for (const pass of this.#waiting.splice(0)) pass();
  }
}

/** Everything that can be seen after both calls. */
async function seen(store: ISessionStore, id: string, made: ReadonlyMap<string, string>): Promise<unknown> {
  const states: Record<string, unknown> = {};
  for (const [name, one] of [['first', id], ...made]) {
    states[String(name)] = (await store.get(String(one)))?.data ?? 'none';
  }
  const listed = (await all(store.list(USER))).map(({ data }) => JSON.stringify(data)).sort();
  return { states, listed };
}

describe('sessions in Redis, call by call', () => {
  let server: RedisServer;
  let connection: RedisConnection;

  beforeAll(async () => {
    server = await RedisServer.start();
    connection = new RedisConnection({ host: server.host, port: server.port, commandTimeout: '5s' });
    await connection.start();
  });
  afterAll(async () => {
    await connection?.close();
    await server?.stop();
  });

  /** Answers of calls one after the other, and everything that is seen then. */
  async function inTurn(calls: readonly Call[]): Promise<unknown> {
    const store = new MemorySessionStore();
    const { id } = await store.create({ a: 1 }, { userId: USER });
    const made = new Map<string, string>();
    const answers: Record<string, unknown> = {};
    for (const call of calls) answers[call.name] = await call.run(store, id, made);
    const result = { answers, ...((await seen(store, id, made)) as object) };
    await store.close();
    return result;
  }

  /** Runs two calls whose commands pass in a given order: `true` for the first call. */
  async function overlapped(calls: readonly [Call, Call], order: readonly boolean[]): Promise<unknown> {
    const prefix = keySpace();
    const free = new RedisSessionStore({ connection, prefix });
    const { id } = await free.create({ a: 1 }, { userId: USER });
    const gates = [new Gate(), new Gate()] as const;
    const made = new Map<string, string>();
    const answers: Record<string, unknown> = {};
    const settled = [false, false];
    const running = calls.map(async (call, index) => {
      const gate = gates[index] as Gate;
      const store = new RedisSessionStore({ connection: gate.guard(connection), prefix });
      answers[call.name] = await call.run(store, id, made);
      settled[index] = true;
    });
    for (const isFirst of order) {
      const index = isFirst ? 0 : 1;
      const gate = gates[index] as Gate;
      await eventually(
        'a command waits, or the call has ended',
        () => gate.waits || settled[index] === true,
        {
          everyMs: 1,
        },
      );
      gate.pass();
      // One connection keeps the order in which commands pass.
    }
    for (const gate of gates) gate.open();
    await Promise.all(running);
    return { answers, ...((await seen(free, id, made)) as object) };
  }

  /** Every order of three commands of each call. */
  function orders(first: number, second: number): boolean[][] {
    if (first === 0 && second === 0) return [[]];
    return [
      ...(first > 0 ? orders(first - 1, second).map((rest) => [true, ...rest]) : []),
      ...(second > 0 ? orders(first, second - 1).map((rest) => [false, ...rest]) : []),
    ];
  }

  const sorted = (result: unknown): string => JSON.stringify(result, Object.keys(flat(result)).sort());
  const flat = (value: unknown): Record<string, true> =>
    typeof value !== 'object' || value === null
      ? {}
      : Object.assign({}, ...Object.entries(value).map(([key, part]) => ({ [key]: true, ...flat(part) })));

  for (const [at, first] of CALLS.entries()) {
    for (const second of CALLS.slice(at + 1)) {
      it(`${first.name} and ${second.name}, in every order of their commands, are as one after the other`, async () => {
        const expected = [await inTurn([first, second]), await inTurn([second, first])].map(sorted);
        const all = orders(3, 3).map(async (order) => {
          const result = sorted(await overlapped([first, second], order));
          assert.ok(
            expected.includes(result),
            `${order.map(Number).join('')}: ${result}\n${expected.join('\n')}`,
          );
        });
        await Promise.all(all);
      });
    }
  }
});
