import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';

/** Order to a process. A loader among the arguments of a call is the string `load`. */
export type Order =
  | { readonly open: string; readonly prefix: string; readonly typed: Readonly<Record<string, unknown>> }
  | {
      readonly cache: string;
      readonly id: number;
      readonly method: string;
      readonly args: readonly unknown[];
    }
  | { readonly cache: string; readonly load: number; readonly value: unknown; readonly error?: string };

/** Report of a process. */
export type Answer =
  | { readonly ready: true }
  | { readonly cache: string; readonly opened: true }
  | { readonly cache: string; readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly cache: string; readonly load: number };

type Methods = Record<string, (...args: readonly unknown[]) => Promise<unknown>>;

interface Open {
  readonly methods: Methods;
  readonly loads: { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }[];
}

// The listener keeps this process alive; the process ends with its parent.
process.on('disconnect', () => process.exit());
const connection = new RedisConnection({ url: process.argv[2] ?? '', commandTimeout: '5s' });
await connection.start();
// The connection may be slow on a busy machine; without it the process would have no peers.
if (connection.status !== 'ready') {
  await new Promise<void>((resolve) =>
    connection.on('status', (status) => {
      if (status === 'ready') resolve();
    }),
  );
}
const caches = new Map<string, Open>();

const tell = (answer: Answer): void => void process.send?.(answer);

process.on('message', async (order: Order) => {
  if ('open' in order) {
    const store = new RedisCache({ connection, prefix: order.prefix });
    const cache = new TypedCache({ namespace: 'typed', ...order.typed, store });
    caches.set(order.open, { methods: cache as unknown as Methods, loads: [] });
    tell({ cache: order.open, opened: true });
    return;
  }
  const name = order.cache;
  const open = caches.get(name);
  if (open === undefined) return;
  if ('load' in order) {
    const one = open.loads[order.load];
    if (order.error === undefined) one?.resolve(order.value);
    else one?.reject(new Error(order.error));
    return;
  }
  const load = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      open.loads.push({ resolve, reject });
      tell({ cache: name, load: open.loads.length - 1 });
    });
  try {
    const args = order.args.map((arg) => (arg === 'load' ? load : arg));
    tell({ cache: name, id: order.id, value: await open.methods[order.method]?.(...args) });
  } catch (error) {
    tell({ cache: name, id: order.id, error: String(error) });
  }
});
tell({ ready: true });
