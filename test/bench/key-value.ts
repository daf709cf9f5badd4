import { createClient, RESP_TYPES } from 'redis';
import { RedisKeyValue } from '../../src/data.js';
import { RedisServer } from '../support/redis/server/redis-server.js';
import { against, interleaved, median, table } from './rounds.js';

const KEYS = 1000;
const VALUE = Buffer.alloc(100, 'v');
const ROUNDS = 7;
const ROUND_MS = 300;
const WANTED = 0.9;

type Call = (index: number) => Promise<unknown>;

/** CPU microseconds of a call, of callers that each wait for a reply before the next call. */
async function cpuUs(call: Call, callers: number): Promise<number> {
  const began = performance.now();
  const before = process.cpuUsage();
  let calls = 0;
  const caller = async (first: number): Promise<void> => {
    for (let index = first; performance.now() - began < ROUND_MS; index += callers) {
      await call(index % KEYS);
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

/**
 * CPU of values by key against that of bare calls of node-redis, in one process and interleaved rounds: it bounds the calls
 * a second of a process, and a busy machine changes it least.
 */
export async function keyValue(): Promise<void> {
  const server = await RedisServer.start();
  const { host, port } = server;
  const values = new RedisKeyValue({ host, port, prefix: 'b:' });
  await values.start();
  const client = createClient({
    socket: { host, port },
    commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  await client.connect();
  const names = Array.from({ length: KEYS }, (_, index) => `k${index}`);
  const keys = names.map((name) => `b:${name}`);
  const name = (index: number): string => names[index] as string;
  const key = (index: number): string => keys[index] as string;
  const hundred = Array.from({ length: KEYS }, (_, index) =>
    Array.from({ length: 100 }, (_each, offset) => (index + offset) % KEYS),
  );
  const some = (index: number): number[] => hundred[index] as number[];
  for (const each of keys) await client.set(each, VALUE);

  const operations: readonly (readonly [what: string, ours: Call, bare: Call])[] = [
    ['get', (index) => values.get(name(index)), (index) => client.get(key(index))],
    [
      'set, expire',
      (index) => values.set(name(index), VALUE, { expire: 60_000 }),
      (index) => client.set(key(index), VALUE, { expiration: { type: 'PX', value: 60_000 } }),
    ],
    ['increment', (index) => values.increment(`n${index}`), (index) => client.incr(`b:n${index}`)],
    [
      'getMany of 100',
      (index) => values.getMany(some(index).map(name)),
      (index) => client.mGet(some(index).map(key)),
    ],
    [
      'getJson',
      (index) => values.getJson(`j${index}`),
      async (index) => JSON.parse(String(await client.get(`b:j${index}`))),
    ],
  ];
  for (let index = 0; index < KEYS; index += 1)
    await values.setJson(`j${index}`, { id: index, tags: ['a', 'b'] });

  const rows: string[][] = [['call', 'callers', 'RedisKeyValue us', 'node-redis us', 'ratio', 'same again']];
  for (const callers of [16, 256]) {
    for (const [what, ours, bare] of operations) {
      const measured = await interleaved(
        {
          ours: () => cpuUs(ours, callers),
          bare: () => cpuUs(bare, callers),
          again: () => cpuUs(bare, callers),
        },
        ROUNDS,
      );
      const [one, other, again] = [measured.ours, measured.bare, measured.again].map(median) as [
        number,
        number,
        number,
      ];
      rows.push([
        what,
        String(callers),
        one.toFixed(2),
        other.toFixed(2),
        against(other / one, WANTED),
        (other / again).toFixed(2),
      ]);
    }
  }
  table(rows);
  await values.close();
  await client.close();
  await server.stop();
}
