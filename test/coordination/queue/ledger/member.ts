import { appendFileSync } from 'node:fs';
import { RedisQueueSite } from '../../../../src/implements/coordination/queue/redis-queue-site.js';
import { SystemClock } from '../../../../src/implements/foundation/clock/system-clock.js';
import { pause } from '../../../../src/implements/foundation/waiting/pause.js';
import { RedisConnection } from '../../../../src/implements/redis/redis-connection.js';

/** A process that produces or handles messages, and writes each one into a file. */
export interface MemberOptions {
  readonly url: string;
  readonly log: string;
  readonly work:
    | { readonly produce: number; readonly name: string; readonly pauseMs: number }
    | { readonly handle: number };
}

const QUEUE = 'ledger';
const clock = new SystemClock();

// The listener keeps this process alive; the process ends with its parent.
process.on('disconnect', () => process.exit());
const { url, log, work } = JSON.parse(process.argv[2] ?? '') as MemberOptions;
const silent = { info: () => undefined, warning: () => undefined, error: () => undefined };
const loggerSite = { getLogger: () => silent };
const connection = new RedisConnection({ url, commandTimeout: '500ms', loggerSite });
await connection.start();
const site = new RedisQueueSite({
  ...{ connection, loggerSite, prefix: 'q:', codec: 'text', visibility: '1s', maxAttempts: 100 },
  backoff: '50ms',
});
process.send?.('ready');

async function produce(count: number, name: string, pauseMs: number): Promise<void> {
  const producer = site.getProducer<string>(QUEUE);
  for (let number = 0; number < count; number++) {
    const id = `${name}-${number}`;
    for (;;) {
      try {
        await producer.produce(id, { id, ...(number % 7 === 0 && { delay: 100 }) });
        break;
      } catch {
        await pause(clock, 20); // Its id makes the repetition a duplicate.
      }
    }
    appendFileSync(log, `P ${id}\n`);
    if (pauseMs > 0) await pause(clock, pauseMs);
  }
}

if ('produce' in work) {
  await produce(work.produce, work.name, work.pauseMs);
  process.exit();
}
await site.getConsumer<string>(QUEUE).run(
  async ({ id, message }) => {
    if (id !== message) throw new Error('the message is another one');
    await pause(clock, 2); // Work.
    appendFileSync(log, `H ${id}\n`);
  },
  { concurrency: work.handle },
);
