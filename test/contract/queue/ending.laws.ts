import assert from 'node:assert/strict';
import type { ICodec } from '../../../src/interfaces/codec.js';
import type { Delivery } from '../../../src/interfaces/queue.js';
import { eventually, settlesWithin } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { bytes, text } from '../expectations.js';
import { Hand, law, type QueueLaw, rejects } from './subject.js';

/** Refuses to decode some of what it has encoded. */
const picky: ICodec = {
  id: 'picky',
  encode: (value) => bytes(String(value)),
  decode: (encoded) => {
    if (text(encoded) === 'bad') throw new Error('unreadable');
    return text(encoded);
  },
};

export const endingLaws: readonly QueueLaw[] = [
  law(
    'a message whose handler fails maxAttempts times becomes a dead letter, and others go on',
    async (open) => {
      const { site } = await open({ codec: 'text', maxAttempts: 3, backoff: 20 });
      await site.getProducer<string>('one').produceMany(['bad', 'good', 'fine']);
      const seen: string[] = [];
      const stop = new AbortController();
      const running = site.getConsumer<string>('one').run(
        ({ message, attempt }) => {
          seen.push(`${message} ${attempt}`);
          if (message === 'bad') throw new Error('as it must');
        },
        { signal: stop.signal },
      );
      await eventually('it is dead', async () => (await site.getAdmin('one').stats()).dead === 1);
      stop.abort();
      await running;
      assert.deepEqual(seen.sort(), ['bad 1', 'bad 2', 'bad 3', 'fine 1', 'good 1']);
      for await (const letter of site.getAdmin('one').deadLetters()) {
        assert.deepEqual([letter.message, letter.attempts], ['bad', 3]);
        assert.match(letter.reason, /as it must/);
        assert.ok(letter.deadAt >= letter.producedAt);
      }
    },
  ),
  law(
    'a message that no consumer settles becomes a dead letter after maxAttempts deliveries',
    async (open) => {
      const { site } = await open({ codec: 'text', maxAttempts: 2, visibility: 150 });
      await site.getProducer<string>('one').produceMany(['a', 'b']);
      const hand = new Hand(site.getConsumer<string>('one'));
      const seen: string[] = [];
      for (const { message, attempt } of await hand.takeMany(4)) seen.push(`${message} ${attempt}`);
      assert.deepEqual(seen.sort(), ['a 1', 'a 2', 'b 1', 'b 2']);
      const late = hand.take(20_000).catch(() => undefined);
      await eventually('both are dead', async () => (await site.getAdmin('one').stats()).dead === 2);
      await hand.end();
      await late;
    },
  ),
  law('dead letters are read in order, put back and deleted, all or by their ids', async (open) => {
    const { site, other } = await open({ codec: 'text', maxAttempts: 1 });
    const admin = other.getAdmin('one');
    const texts = Array.from({ length: 120 }, (_, index) => `m${index}`);
    const ids = (await site.getProducer<string>('one').produceMany(texts)).map(({ id }) => id);
    const hand = new Hand(site.getConsumer<string>('one'), { prefetch: 50 });
    for (const delivery of await hand.takeMany(120)) await delivery.nack({ reason: 'no reason' });
    await hand.end();
    const read: string[] = [];
    for await (const { id, message } of admin.deadLetters()) read.push(`${id} ${message}`);
    assert.deepEqual(
      read,
      texts.map((text, index) => `${ids[index]} ${text}`),
    );
    const some: string[] = [];
    for await (const { id } of admin.deadLetters({ limit: 7 })) some.push(id);
    assert.deepEqual(some, ids.slice(0, 7));
    assert.equal(await admin.redrive([ids[5] as string, ids[100] as string, 'unknown']), 2);
    const next = new Hand(site.getConsumer<string>('one'));
    const again = await next.takeMany(2);
    assert.deepEqual(
      again.map(({ message, attempt }) => `${message} ${attempt}`),
      ['m5 1', 'm100 1'],
    );
    for (const delivery of again) assert.ok(await delivery.ack());
    assert.equal(await admin.forget([ids[6] as string]), 1);
    assert.equal((await admin.stats()).dead, 117);
    assert.equal(await admin.forget(), 117);
    assert.deepEqual([await admin.redrive(), await admin.forget(), await admin.redrive([])], [0, 0, 0]);
    assert.equal((await admin.stats()).dead, 0);
  }),
  law('purge deletes all messages but dead letters, and makes receipts stale', async (open) => {
    const { site, other } = await open({ codec: 'text', maxAttempts: 1 });
    const producer = site.getProducer<string>('one');
    await producer.produceMany(['dead', 'taken', 'ready', { message: 'delayed', delay: '1h' }]);
    const [dead, taken] = await new Hand(site.getConsumer<string>('one')).takeMany(2);
    await dead?.nack();
    assert.equal(await other.getAdmin('one').purge(), 3);
    assert.equal(await taken?.ack(), false);
    const { ready, delayed, inFlight, dead: letters } = await site.getAdmin('one').stats();
    assert.deepEqual([ready, delayed, inFlight, letters], [0, 0, 0, 1]);
    await producer.produce('next');
    assert.equal((await new Hand(other.getConsumer<string>('one')).take()).message, 'next');
  }),
  law(
    'a consumer that ends gives back what it has fetched, at once and without the attempt',
    async (open) => {
      const { site, other } = await open({ codec: 'json', visibility: '20s' });
      await site.getProducer<number>('one').produceMany([1, 2, 3, 4, 5, 6]);
      const stop = new AbortController();
      const deliveries = site.getConsumer<number>('one').consume({ prefetch: 10, signal: stop.signal });
      const first = (await deliveries.next()).value as Delivery<number>;
      await eventually('all are fetched', async () => (await site.getAdmin('one').stats()).inFlight === 6);
      stop.abort();
      const { done } = await settlesInTime(1000, 'the end', () => deliveries.next());
      assert.equal(done, true);
      const others = await new Hand(other.getConsumer<number>('one')).takeMany(5);
      assert.deepEqual(
        others.map(({ message, attempt }) => `${message} ${attempt}`),
        ['2 1', '3 1', '4 1', '5 1', '6 1'],
      );
      assert.equal(await first.ack(), true);
    },
  ),
  law(
    'a run that is ended waits for its handlers, at most for the grace, and gives back the rest',
    async (open) => {
      const { site, other } = await open({ codec: 'text', visibility: '20s' });
      await site.getProducer<string>('one').produceMany(['quick', 'slow']);
      const stop = new AbortController();
      const started = new Set<string>();
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const signals: AbortSignal[] = [];
      const running = site.getConsumer<string>('one').run(
        async ({ message, signal }) => {
          started.add(message);
          if (message === 'quick') return held;
          signals.push(signal);
          return new Promise<void>(() => undefined);
        },
        { signal: stop.signal, concurrency: 2, grace: 400 },
      );
      await eventually('both run', () => started.size === 2);
      const since = performance.now();
      stop.abort();
      release();
      await settlesWithin(2500, 'the run', running);
      assert.ok(performance.now() - since >= 390, 'the grace was not over');
      assert.ok(signals[0]?.aborted);
      const next = await new Hand(other.getConsumer<string>('one')).take();
      assert.deepEqual([next.message, next.attempt], ['slow', 2]);
      const { ready, inFlight } = await site.getAdmin('one').stats();
      assert.deepEqual([ready, inFlight], [0, 1]);
    },
  ),
  law('concurrency and prefetch are never exceeded', async (open) => {
    const { site, other } = await open({ codec: 'json' });
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    await site.getProducer<number>('one').produceMany(numbers);
    const stop = new AbortController();
    let running = 0;
    let most = 0;
    let handled = 0;
    const run = site.getConsumer<number>('one').run(
      async () => {
        running++;
        most = Math.max(most, running, (await site.getAdmin('one').stats()).inFlight);
        running--;
        handled++;
      },
      { signal: stop.signal, concurrency: 4 },
    );
    await eventually('all were handled', () => handled === 60);
    stop.abort();
    await run;
    assert.equal(most, 4);
    await site.getProducer<number>('one').produceMany(numbers);
    const deliveries = other.getConsumer<number>('one').consume({ concurrency: 2, prefetch: 3 });
    const calls = Array.from({ length: 3 }, () => deliveries.next());
    const [one, two] = (await Promise.all(calls.slice(0, 2))).map(({ value }) => value as Delivery<number>);
    let isThird = false;
    void calls[2]?.then(() => {
      isThird = true;
    });
    const { inFlight } = await other.getAdmin('one').stats();
    assert.ok(inFlight <= 5, `${inFlight} in flight`);
    assert.equal(isThird, false);
    await one?.ack();
    await calls[2];
    await two?.ack();
    await deliveries.return?.();
  }),
  law('a message that the codec refuses is a dead letter at once, and its consumer goes on', async (open) => {
    const { site, other } = await open({ codec: picky });
    await site.getProducer<string>('one').produceMany(['bad', 'good', 'bad']);
    const stop = new AbortController();
    const seen: string[] = [];
    const running = other
      .getConsumer<string>('one')
      .run(({ message }) => void seen.push(message), { signal: stop.signal });
    await eventually('both are dead', async () => (await site.getAdmin('one').stats()).dead === 2);
    await eventually('the other was handled', () => seen.length > 0);
    stop.abort();
    await running;
    assert.deepEqual(seen, ['good']);
    for await (const { message, payload, attempts, reason } of site.getAdmin('one').deadLetters()) {
      assert.deepEqual([message, text(payload), attempts], [undefined, 'bad', 1]);
      assert.match(reason, /unreadable/);
    }
  }),
  law('a handler may settle its message itself', async (open) => {
    const { site } = await open({ codec: 'text', maxAttempts: 1 });
    await site.getProducer<string>('one').produceMany(['ack', 'nack']);
    const stop = new AbortController();
    const seen: string[] = [];
    const running = site.getConsumer<string>('one').run(
      async (delivery) => {
        seen.push(delivery.message);
        if (delivery.message === 'nack') await delivery.nack({ reason: 'by itself' });
        else await delivery.ack();
        if (delivery.message === 'ack') throw new Error('after it was done');
      },
      { signal: stop.signal },
    );
    await eventually('it is dead', async () => (await site.getAdmin('one').stats()).dead === 1);
    await eventually('none is in flight', async () => (await site.getAdmin('one').stats()).inFlight === 0);
    stop.abort();
    await running;
    assert.deepEqual(seen, ['ack', 'nack']);
    assert.equal((await site.getAdmin('one').stats()).staleAcks, 0);
  }),
  law('the numbers of a queue agree with a model, whatever was done', async (open) => {
    const { site, other } = await open({ codec: 'json', maxAttempts: 2, visibility: '20s' });
    const model = { ready: 0, delayed: 0, inFlight: 0, dead: 0, redelivered: 0 };
    const hand = new Hand(site.getConsumer<number>('one'));
    const taken: Delivery<number>[] = [];
    const producer = other.getProducer<number>('one');
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    for (let step = 0; step < 150; step++) {
      const choice = random(5);
      if (choice === 0) {
        await producer.produce(step, { delay: '1h' });
        model.delayed++;
      } else if (choice < 3 || (taken.length === 0 && model.ready === 0)) {
        await producer.produce(step);
        model.ready++;
      } else if (choice === 3 && model.ready > 0) {
        const delivery = await hand.take();
        taken.push(delivery);
        model.ready--;
        model.inFlight++;
        if (delivery.attempt > 1) model.redelivered++;
      } else if (taken.length > 0) {
        const [delivery] = taken.splice(random(taken.length), 1) as [Delivery<number>];
        model.inFlight--;
        if (random(2) === 0) await delivery.ack();
        else {
          await delivery.nack({ delay: 0 });
          if (delivery.attempt === 2) model.dead++;
          else model.ready++;
        }
      }
      const { oldestMs, staleAcks, ...numbers } = await other.getAdmin('one').stats();
      assert.deepEqual(numbers, model, `after step ${step}`);
      assert.equal(oldestMs === null, model.ready + model.inFlight === 0);
      assert.equal(staleAcks, 0);
    }
  }),
  law(
    'a site that is closed ends its consumers, gives back their messages, and refuses calls',
    async (open) => {
      const { site, other } = await open({ codec: 'text', visibility: '20s' });
      const consumer = site.getConsumer<string>('one');
      const deliveries = consumer.consume();
      const waiting = deliveries.next();
      const running = consumer.run(() => undefined);
      await new Promise(setImmediate);
      await settlesInTime(1000, 'close', () => site.close());
      assert.equal((await waiting).done, true);
      assert.equal((await deliveries.next()).done, true);
      await running;
      await rejects(site.getProducer<string>('one').produce('a'), 'E_DISPOSED');
      await rejects(site.getProducer<string>('one').produceMany(['a']), 'E_DISPOSED');
      await rejects(site.getAdmin('one').stats(), 'E_DISPOSED');
      await rejects(
        consumer.run(() => undefined),
        'E_DISPOSED',
      );
      assert.throws(() => consumer.consume(), { code: 'E_DISPOSED' });
      await site.close();
      assert.ok(other);
    },
  ),
];
