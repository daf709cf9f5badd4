import { createClient, RESP_TYPES } from 'redis';
import { RedisCache } from '../../src/index.js';
import { RedisServer } from '../support/redis-server.js';
import { against, geometricMean, medians, table, throughput } from './rounds.js';

const ROUNDS = 15;
const KEYS = 1000;
const SIZES = { '100 B': 100, '10 KiB': 10_240 };
const CALLERS = [1, 16, 256];

/** A way to use Redis. */
interface Way {
  get(key: string): Promise<unknown>;
  set(key: string, value: Buffer): Promise<unknown>;
  close(): unknown;
}

/** One cell of the comparison: speed of ours over that of a way to use node-redis. */
interface Cell {
  readonly size: string;
  readonly callers: number;
  readonly toRaw: number;
  readonly toBare: number;
}

/** `RedisCache` against node-redis that answers Buffers: as it comes, and with its own timeout off. */
export async function redisCache(): Promise<void> {
  const server = await RedisServer.start();
  const ways = {
    ours: await ours(server),
    raw: await raw(server, {}),
    bare: await raw(server, { timeout: 0 }),
  };
  const heading = [
    'thousand calls/s',
    'callers',
    'ours',
    'raw',
    'raw, timeout 0',
    'ours/raw',
    'ours/timeout 0',
  ];
  const rows: (string | number)[][] = [heading];
  const cells: Cell[] = [];
  for (const [size, bytes] of Object.entries(SIZES)) {
    const values = Array.from({ length: KEYS }, (_, index) => Buffer.alloc(bytes, index));
    for (const [index, value] of values.entries()) await ways.ours.set(`key:${index}`, value);
    for (const verb of ['get', 'set'] as const) {
      for (const callers of CALLERS) {
        const load = { callers, calls: Math.round((callers === 1 ? 1500 : 12_000) / (bytes > 1000 ? 2 : 1)) };
        const round = (way: Way) => () =>
          throughput((index) => {
            const key = `key:${index % KEYS}`;
            return verb === 'get' ? way.get(key) : way.set(key, values[index % KEYS] as Buffer);
          }, load);
        const speeds = await medians(
          { ours: round(ways.ours), raw: round(ways.raw), bare: round(ways.bare) },
          ROUNDS,
        );
        const cell = { size, callers, toRaw: speeds.ours / speeds.raw, toBare: speeds.ours / speeds.bare };
        cells.push(cell);
        const figures = [speeds.ours, speeds.raw, speeds.bare, cell.toRaw, cell.toBare];
        rows.push([`${verb} ${size}`, callers, ...figures.map((figure) => figure.toFixed(2))]);
      }
    }
  }
  table(rows);
  const crowded = (size: string) =>
    cells.filter((cell) => cell.size === size && cell.callers > 1).map(({ toRaw }) => toRaw);
  const bare = cells.map(({ toBare }) => toBare);
  console.log(`against raw, 16 and 256 callers, 100 B, worst: ${against(Math.min(...crowded('100 B')), 2)}`);
  console.log(
    `against raw, 16 and 256 callers, 10 KiB, worst: ${against(Math.min(...crowded('10 KiB')), 1.2)}`,
  );
  console.log(`against raw with timeout 0, geometric mean: ${against(geometricMean(bare), 0.9)}`);
  console.log(`against raw with timeout 0, worst: ${against(Math.min(...bare), 0.8)}`);
  for (const way of Object.values(ways)) await way.close();
  await server.stop();
}

async function ours({ host, port }: RedisServer): Promise<Way> {
  const cache = new RedisCache({ host, port });
  await cache.start();
  return {
    get: (key) => cache.getValue(key),
    set: (key, value) => cache.setValue(key, value, '1h'),
    close: () => cache.close(),
  };
}

async function raw({ host, port }: RedisServer, commandOptions: { timeout?: number }): Promise<Way> {
  const client = createClient({ socket: { host, port }, commandOptions });
  client.on('error', (error) => console.error(error));
  await client.connect();
  const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    get: (key) => binary.get(key),
    set: (key, value) => binary.setEx(key, 3600, value),
    close: () => client.destroy(),
  };
}
