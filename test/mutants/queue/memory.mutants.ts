import { abortedByEvent } from '../aborted-by-event.js';
import type { Receipt } from '../../../src/implements/coordination/queue/store/queue-store.js';
import { SystemClock } from '../../../src/implements/foundation/clock/system-clock.js';
import {
  ofClock,
  ofConsumer,
  ofDelivery,
  ofProducer,
  ofRules,
  ofSite,
  ofStore,
  type QueueMutant,
} from './flaws.js';

const system = new SystemClock();

/** Mutants of laws that every subject keeps. */
export const memoryMutants: readonly QueueMutant[] = [
  ofStore(
    'a delayed message is delivered once, not before its delay, and soon after it',
    'halves each delay',
    (store) => ({
      produce: (queue, messages, call) => {
        const halved = messages.map((message) => ({ ...message, delayMs: message.delayMs / 2 }));
        return store.produce(queue, halved, call);
      },
    }),
  ),
  ofStore(
    'a delay that is longer than the visibility counts no delivery',
    'counts the delay as a delivery',
    (store) => ({
      take: async (request) => {
        const answer = await store.take(request);
        const counted = ({ attempt, ...receipt }: Receipt): Receipt => ({ ...receipt, attempt: attempt + 1 });
        const messages = answer.messages.map(({ receipt, ...rest }) => ({
          ...rest,
          receipt: counted(receipt),
        }));
        return { ...answer, messages };
      },
    }),
  ),
  ofStore(
    'a message id is stored once within the dedupeWindow, and again after it',
    'takes no id for known',
    (store) => ({
      produce: (queue, messages, call) =>
        store.produce(
          queue,
          messages.map((message) => ({ ...message, isUnique: false })),
          call,
        ),
    }),
  ),
  ofRules('a queue that holds maxLength messages refuses others, and keeps those', 'has no bound', {
    maxLength: 1_000_000,
  }),
  ofStore('large messages come in requests that a call has time for', 'cuts what is large', (store) => ({
    produce: (queue, messages, call) => {
      const cut = messages.map(({ payload, ...rest }) => ({ ...rest, payload: payload.slice(0, 1024 ** 2) }));
      return store.produce(queue, cut, call);
    },
  })),
  ofProducer('messages without an id have different ones', 'numbers the messages of a call', (producer) => ({
    produceMany: async (messages, options) =>
      (await producer.produceMany(messages, options)).map((produced, index) => ({
        ...produced,
        id: String(index),
      })),
  })),
  ofSite(
    'queues of different names are independent, whatever the names hold',
    'takes names without their case',
    (site) => ({
      getProducer: (name) => site.getProducer(name.toLowerCase()),
      getConsumer: (name) => site.getConsumer(name.toLowerCase()),
      getAdmin: (name) => site.getAdmin(name.toLowerCase()),
    }),
  ),
  ofSite('bad names, messages and options are refused before anything happens', 'takes any name', (site) => ({
    getProducer: (name) => site.getProducer(String(name) || 'none'),
  })),
  ofStore(
    'messages come to one consumer in the order in which they were produced',
    'puts the last one first',
    (store) => ({
      produce: (queue, messages, call) => store.produce(queue, messages.toReversed(), call),
    }),
  ),
  ofProducer(
    'a message keeps its bytes, and waits for a consumer that does not exist yet',
    'reads the bytes later',
    (producer) => ({
      produce: async (message, options) => {
        await Promise.resolve();
        return producer.produce(message, options);
      },
    }),
  ),
  ofStore(
    'consumers of a queue share its messages, and each message has one of them',
    'hides no message',
    (store) => ({ take: (request) => store.take({ ...request, visibilityMs: 0 }) }),
  ),
  ofStore(
    'a message that is not settled comes back when its visibility runs out, and not before',
    'never brings a message back',
    (store) => ({ take: (request) => store.take({ ...request, visibilityMs: 3_600_000 }) }),
  ),
  ofStore(
    'a receipt is stale once another consumer has the message, and changes nothing',
    'settles by the message and not by the receipt',
    (store) => {
      const last = new Map<string, Receipt>();
      const current = (receipt: Receipt): Receipt => last.get(receipt.handle) ?? receipt;
      return {
        take: async (request) => {
          const answer = await store.take(request);
          for (const { receipt } of answer.messages) last.set(receipt.handle, receipt);
          return answer;
        },
        settle: (queue, settlement) =>
          store.settle(queue, { ...settlement, receipt: current(settlement.receipt) }),
      };
    },
  ),
  ofStore('extend keeps a message, and counts no attempt', 'extends nothing', () => ({
    extend: async () => true,
  })),
  ofStore('run extends the visibility of a message while its handler runs', 'extends nothing', () => ({
    extend: async () => true,
  })),
  ofRules('a handler that runs longer than maxProcessing loses its message', 'ignores maxProcessing', {
    maxProcessing: 3_600_000,
  }),
  ofDelivery(
    'a consumer that was blocked finds its signal aborted in the first line, and its ack stale',
    'aborts by a timer alone',
    (delivery) => ({ signal: abortedByEvent(delivery.signal) }),
  ),
  ofStore(
    'a message that was given back comes after its delay, with one attempt more',
    'brings it back at once',
    (store) => ({
      settle: (queue, settlement) =>
        store.settle(queue, settlement.verb === 'ack' ? settlement : { ...settlement, delayMs: 0 }),
    }),
  ),
  ofDelivery('the pause after a failure doubles with each attempt', 'pauses equally long', (delivery) => ({
    nack: (options) => delivery.nack({ delay: 100, ...options }),
  })),
  ofClock('a system clock that is set changes nothing', 'reads the system clock', {
    now: () => Date.now(),
    schedule: (ms, task, options) => system.schedule(ms, task, options),
  }),
  ofRules(
    'a message whose handler fails maxAttempts times becomes a dead letter, and others go on',
    'delivers for ever',
    { maxAttempts: 1_000_000 },
  ),
  ofRules(
    'a message that no consumer settles becomes a dead letter after maxAttempts deliveries',
    'counts no delivery that was not settled',
    { maxAttempts: 1_000_000 },
  ),
  ofStore(
    'dead letters are read in order, put back and deleted, all or by their ids',
    'ends all for some',
    (store) => ({
      end: (verb, queue, ids) => store.end(verb, queue, ids === undefined ? ids : undefined),
    }),
  ),
  ofStore('purge deletes all messages but dead letters, and makes receipts stale', 'keeps all', () => ({
    purge: async () => 3,
  })),
  ofStore(
    'a consumer that ends gives back what it has fetched, at once and without the attempt',
    'leaves it to the visibility',
    () => ({ giveBack: async () => undefined }),
  ),
  ofStore(
    'a run that is ended waits for its handlers, at most for the grace, and gives back the rest',
    'leaves the rest to the visibility',
    (store) => ({
      settle: (queue, settlement) =>
        settlement.verb === 'ack' ? store.settle(queue, settlement) : Promise.resolve(true),
    }),
  ),
  ofConsumer('concurrency and prefetch are never exceeded', 'runs one more', (consumer) => ({
    run: (handler, options) =>
      consumer.run(handler, { ...options, concurrency: (options?.concurrency ?? 1) + 1 }),
  })),
  ofStore(
    'a message that the codec refuses is a dead letter at once, and its consumer goes on',
    'tries it again',
    (store) => ({
      settle: (queue, settlement) =>
        store.settle(queue, settlement.verb === 'bury' ? { ...settlement, verb: 'nack' } : settlement),
    }),
  ),
  ofDelivery('a handler may settle its message itself', 'ignores the handler', () => ({
    nack: async () => true,
  })),
  ofStore(
    'the numbers of a queue agree with a model, whatever was done',
    'counts no message in flight',
    (store) => ({
      stats: async (queue) => ({ ...(await store.stats(queue)), inFlight: 0 }),
    }),
  ),
  ofSite(
    'a site that is closed ends its consumers, gives back their messages, and refuses calls',
    'closes nothing at first',
    (site) => {
      let isFirst = true;
      return {
        close: async () => {
          if (!isFirst) await site.close();
          isFirst = false;
        },
      };
    },
  ),
];
