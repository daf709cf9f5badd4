import { RedisCache } from '../../dist/index.js';
import { createClient, RESP_TYPES } from 'redis';
import { startRedis } from './redis-server.mjs';
import { against, geometricMean, medians, table, throughput } from './rounds.mjs';

const ROUNDS = 15;
const KEYS = 1000;
const SIZES = { '100 B': 100, '10 KiB': 10_240 };
const CALLERS = [1, 16, 256];

/** `RedisCache` against node-redis that answers Buffers: as it comes, and with its own timeout off. */
export async function benchRedisCache() {
  const server = await startRedis();
  const cache = new RedisCache({ port: server.port, host: server.host });
  await cache.start();
  const raw = await rawClient(server, {});
  const rawWithoutTimeout = await rawClient(server, { commandOptions: { timeout: 0 } });
  const rows = [
    ['thousand calls/s', 'callers', 'ours', 'raw', 'raw, timeout 0', 'ours/raw', 'ours/raw, timeout 0'],
  ];
  const ratios = { raw: {}, bare: {} };
  for (const [size, bytes] of Object.entries(SIZES)) {
    const values = Array.from({ length: KEYS }, (_, index) => Buffer.alloc(bytes, index));
    const at = (index) => [`key:${index % KEYS}`, values[index % KEYS]];
    const calls = {
      get: [
        (index) => cache.getValue(at(index)[0]),
        (index) => raw.get(at(index)[0]),
        (index) => rawWithoutTimeout.get(at(index)[0]),
      ],
      set: [
        (index) => cache.setValue(...at(index), '1h'),
        (index) => raw.setEx(at(index)[0], 3600, at(index)[1]),
        (index) => rawWithoutTimeout.setEx(at(index)[0], 3600, at(index)[1]),
      ],
    };
    for (let index = 0; index < KEYS; index++) await cache.setValue(...at(index), '1h');
    for (const [verb, [ours, theirs, theirsBare]] of Object.entries(calls)) {
      for (const callers of CALLERS) {
        const load = { callers, calls: Math.round((callers === 1 ? 1500 : 12_000) / (bytes > 1000 ? 2 : 1)) };
        const figures = await medians(
          {
            ours: () => throughput(ours, load),
            raw: () => throughput(theirs, load),
            bare: () => throughput(theirsBare, load),
          },
          ROUNDS,
        );
        const cell = `${verb} ${size} ${callers}`;
        ratios.raw[cell] = figures.ours / figures.raw;
        ratios.bare[cell] = figures.ours / figures.bare;
        rows.push([
          `${verb} ${size}`,
          callers,
          ...[figures.ours, figures.raw, figures.bare, ratios.raw[cell], ratios.bare[cell]].map((n) =>
            n.toFixed(2),
          ),
        ]);
      }
    }
  }
  table(rows);
  const worst = (picked) => Math.min(...picked);
  const pick = (size) =>
    Object.entries(ratios.raw)
      .filter(([cell]) => cell.includes(size) && !cell.endsWith(' 1'))
      .map(([, ratio]) => ratio);
  const bare = Object.values(ratios.bare);
  console.log(`against raw, 16 and 256 callers, 100 B, worst: ${against(worst(pick('100 B')), 2)}`);
  console.log(`against raw, 16 and 256 callers, 10 KiB, worst: ${against(worst(pick('10 KiB')), 1.2)}`);
  console.log(`against raw with timeout 0, geometric mean: ${against(geometricMean(bare), 0.9)}`);
  console.log(`against raw with timeout 0, worst: ${against(worst(bare), 0.8)}`);
  await cache.close();
  raw.destroy();
  rawWithoutTimeout.destroy();
  await server.stop();
}

async function rawClient({ host, port }, options) {
  const client = createClient({ socket: { host, port }, ...options });
  client.on('error', (error) => console.error(error));
  await client.connect();
  const mapped = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    get: (key) => mapped.get(key),
    setEx: (...args) => mapped.setEx(...args),
    destroy: () => client.destroy(),
  };
}
