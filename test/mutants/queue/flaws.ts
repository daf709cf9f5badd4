import type { QueueRules } from '../../../src/implements/coordination/queue/queue-options.js';
import { QueueSpace } from '../../../src/implements/coordination/queue/queue-space.js';
import { MemoryQueueStore } from '../../../src/implements/coordination/queue/store/memory/memory-queue-store.js';
import type { QueueStore } from '../../../src/implements/coordination/queue/store/queue-store.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import { PLAIN_CODECS } from '../../../src/implements/foundation/codecs/codecs.js';
import { durationMs } from '../../../src/implements/foundation/options/duration.js';
import { defineScript } from '../../../src/implements/redis/commands/script.js';
import type { IClock } from '../../../src/interfaces/clock.js';
import type { Delivery, IQueueConsumer, IQueueProducer } from '../../../src/interfaces/queue.js';
import type { RedisReply, RedisScript, RedisWord } from '../../../src/interfaces/redis-command.js';
import type { ClosableQueueSite, QueueSubjectOptions } from '../../contract/queue/subject.js';
import type { QueueFlaw } from '../../subjects/queue/queue.subjects.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';

/** A queue that is wrong in one way. */
export interface QueueMutant extends QueueFlaw {
  readonly breaks: string;
  readonly flaw: string;
}

type Change<T> = (original: T) => Partial<T>;

/** An object with some other methods and properties. */
export function changed<T extends object>(original: T, change: Change<T>): T {
  const others = change(original);
  return new Proxy(original, {
    get: (target, name) => {
      const owner: object = name in others ? others : target;
      const value: unknown = Reflect.get(owner, name, owner);
      return typeof value === 'function' ? value.bind(owner) : value;
    },
  });
}

/** A mutant whose store in memory differs. */
export function ofStore(breaks: string, flaw: string, change: Change<QueueStore>): QueueMutant {
  return { breaks, flaw, memory: (options) => spaceOver(options, { change }) };
}

/** A mutant whose clock differs. */
export function ofClock(breaks: string, flaw: string, clock: IClock): QueueMutant {
  return { breaks, flaw, memory: (options) => spaceOver(options, { clock }) };
}

/** A mutant that has other rules. */
export function ofRules(breaks: string, flaw: string, rules: Partial<QueueRules>): QueueMutant {
  return { breaks, flaw, memory: (options) => spaceOver(options, { rules }) };
}

/** A mutant whose site differs. */
export function ofSite(breaks: string, flaw: string, change: Change<ClosableQueueSite>): QueueMutant {
  return { breaks, flaw, site: (site) => changed(site, change) };
}

/** A mutant whose producers differ. */
export function ofProducer(
  breaks: string,
  flaw: string,
  change: Change<IQueueProducer<unknown>>,
): QueueMutant {
  return ofSite(breaks, flaw, (site) => ({
    getProducer: <T>(queue: string) =>
      changed(site.getProducer<unknown>(queue), change) as unknown as IQueueProducer<T>,
  }));
}

/** A mutant whose consumers differ. */
export function ofConsumer(
  breaks: string,
  flaw: string,
  change: Change<IQueueConsumer<unknown>>,
): QueueMutant {
  return ofSite(breaks, flaw, (site) => ({
    getConsumer: <T>(queue: string) =>
      changed(site.getConsumer<unknown>(queue), change) as unknown as IQueueConsumer<T>,
  }));
}

/** A mutant whose deliveries differ. */
export function ofDelivery(breaks: string, flaw: string, change: Change<Delivery<unknown>>): QueueMutant {
  return ofConsumer(breaks, flaw, (consumer) => ({
    consume: (options) => {
      const deliveries = consumer.consume(options);
      return changed(deliveries, () => ({
        next: async () => {
          const { value, done } = await deliveries.next();
          return done ? { value, done } : { value: changed(value as Delivery<unknown>, change), done: false };
        },
      }));
    },
    run: (handler, options) => consumer.run((delivery) => handler(changed(delivery, change)), options),
  }));
}

const ms = (duration: unknown, standard: number): number => durationMs(duration) ?? standard;

function spaceOver(
  { codec = 'bytes', ...options }: QueueSubjectOptions,
  {
    change = () => ({}),
    clock = new SystemClock(),
    rules: others = {},
  }: {
    readonly change?: Change<QueueStore>;
    readonly clock?: IClock;
    readonly rules?: Partial<QueueRules>;
  },
): ClosableQueueSite {
  const rules: QueueRules = {
    visibility: ms(options.visibility, 30_000),
    maxProcessing: ms(options.maxProcessing, 3_600_000),
    maxAttempts: options.maxAttempts ?? 5,
    backoff: ms(options.backoff, 1000),
    maxBackoff: 300_000,
    dedupeWindow: ms(options.dedupeWindow, 300_000),
    maxLength: options.maxLength ?? 1_000_000,
    maxMessageBytes: options.maxMessageBytes ?? 1024 ** 3,
    ...others,
  };
  const space = new QueueSpace({
    store: changed<QueueStore>(new MemoryQueueStore(clock, rules), change),
    clock,
    logger: new RecordingLoggerSite().getLogger(''),
    codec: typeof codec === 'string' ? PLAIN_CODECS[codec] : codec,
    rules,
  });
  return {
    getProducer: (queue) => space.getProducer(queue),
    getConsumer: (queue) => space.getConsumer(queue),
    getAdmin: (queue) => space.getAdmin(queue),
    close: () => space.close(),
  };
}

/** A mutant that sends another script in place of one. */
export function ofSource(
  breaks: string,
  flaw: string,
  script: RedisScript,
  ...[from, to]: readonly [string, string]
): QueueMutant {
  if (!script.source.includes(from)) throw new Error(`the script has no "${from}"`);
  const other = defineScript(script.source.replaceAll(from, to));
  return {
    breaks,
    flaw,
    connection: (original) =>
      changed(original, () => ({
        script: (sent, keys, args, options) =>
          original.script(sent === script ? other : sent, keys, args, options),
      })),
  };
}

/** A mutant that sends something else in place of a script. */
export function ofScript(
  breaks: string,
  flaw: string,
  script: RedisScript,
  make: (
    send: (args: readonly RedisWord[]) => Promise<RedisReply>,
    args: readonly string[],
  ) => Promise<RedisReply>,
): QueueMutant {
  return {
    breaks,
    flaw,
    connection: (original) =>
      changed(original, () => ({
        script: (sent, keys, args, options) => {
          const send = (others: readonly RedisWord[]): Promise<RedisReply> =>
            original.script(sent, keys, others, options);
          return sent === script ? make(send, args.map(String)) : send(args);
        },
      })),
  };
}
