import { createClient } from 'redis';
import { RedisQueueSite } from '../../../src/coordination.js';
import type { Operation, QueueTask, WayName } from './coordination-ways.js';

export const QUEUE_PEER = 'bullmq';

/** A queue of one library. */
interface QueueWay {
  produce(id: string): Promise<unknown>;
  produceMany(ids: readonly string[]): Promise<unknown>;
  /** Handles messages until the returned function is called. */
  consume(onHandled: (id: string) => void): Promise<() => Promise<unknown>>;
}

/** Handlers that run at once. */
const CONCURRENCY = 64;
const QUEUE = 'bench';

/** Prepares an operation; `handle` ends when the handler was called, `drain` when one message of a backlog is done. */
export async function queueOperation(
  name: WayName,
  port: number,
  kind: QueueTask,
  prefix: string,
): Promise<Operation> {
  if (name === 'floor') return bareQueue(port, kind, prefix);
  const way = await (name === 'ours' ? ourQueue : peerQueue)(port, prefix);
  if (kind === 'produce') return (index) => way.produce(String(index));
  return kind === 'handle' ? handling(way) : draining(way);
}

async function handling(way: QueueWay): Promise<Operation> {
  const waiting = new Map<string, () => void>();
  let count = 0;
  await way.consume((id) => waiting.get(id)?.());
  return async () => {
    const id = String(count++);
    const handled = new Promise<void>((resolve) => waiting.set(id, resolve));
    await way.produce(id);
    await handled;
    waiting.delete(id);
  };
}

function draining(way: QueueWay): Operation {
  const waiting: (() => void)[] = [];
  let spare = 0;
  let left = 0;
  let stop: Promise<() => Promise<unknown>> | undefined;
  const onHandled = (): void => {
    const next = waiting.shift();
    if (next === undefined) spare++;
    else next();
  };
  const operation = async (): Promise<void> => {
    stop ??= way.consume(onHandled);
    if (spare > 0) spare--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    if (--left > 0) return;
    const stopping = stop;
    stop = undefined;
    await (await stopping)();
  };
  const prepare = async (calls: number): Promise<void> => {
    left = calls;
    await way.produceMany(Array.from({ length: calls }, (_, index) => String(index)));
  };
  return Object.assign(operation, { prepare });
}

async function ourQueue(port: number, prefix: string): Promise<QueueWay> {
  const site = new RedisQueueSite({ host: '127.0.0.1', port, prefix, codec: 'text' });
  await site.start();
  const producer = site.getProducer<string>(QUEUE);
  return {
    produce: (id) => producer.produce(id),
    produceMany: (ids) => producer.produceMany(ids),
    consume: async (onHandled) => {
      const stop = new AbortController();
      const { signal } = stop;
      const options = { concurrency: CONCURRENCY, signal };
      const running = site.getConsumer<string>(QUEUE).run(async ({ message }) => onHandled(message), options);
      return () => {
        stop.abort();
        return running;
      };
    },
  };
}

async function peerQueue(port: number, prefix: string): Promise<QueueWay> {
  const { Queue, Worker } = await import(QUEUE_PEER as string); // This folder's package has it, not ours.
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const options = { connection, prefix: prefix.replaceAll(':', '-') };
  const queue = new Queue(QUEUE, { ...options, defaultJobOptions: { removeOnComplete: true } });
  await queue.waitUntilReady();
  return {
    produce: (id) => queue.add('job', id),
    produceMany: (ids) => queue.addBulk(ids.map((data) => ({ name: 'job', data }))),
    consume: async (onHandled) => {
      const handler = async ({ data }: { readonly data: string }): Promise<void> => onHandled(data);
      const worker = new Worker(QUEUE, handler, { ...options, concurrency: CONCURRENCY });
      await worker.waitUntilReady();
      return () => worker.close();
    },
  };
}

/** A message from one list to another, and out of that: what a queue needs at least. */
async function bareQueue(port: number, kind: QueueTask, prefix: string): Promise<Operation> {
  const client = createClient({ socket: { host: '127.0.0.1', port } });
  await client.connect();
  const [ready, taken] = [`${prefix}ready`, `${prefix}taken`];
  const produce = (index: number): Promise<unknown> => client.lPush(ready, String(index));
  const take = async (): Promise<void> => {
    const id = await client.lMove(ready, taken, 'RIGHT', 'LEFT');
    if (id !== null) await client.lRem(taken, -1, id);
  };
  if (kind === 'produce') return produce;
  if (kind === 'handle') return async (index) => produce(index).then(take);
  const prepare = (calls: number): Promise<unknown> =>
    client.lPush(
      ready,
      Array.from({ length: calls }, (_, index) => String(index)),
    );
  return Object.assign(take, { prepare });
}
