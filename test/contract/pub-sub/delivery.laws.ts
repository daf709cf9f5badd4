import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { bytes, rejectsWith } from '../expectations.js';
import { law, lawOf, listen, type PubSubLaw } from './subject.js';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const NAMES = ['plain', '*', '[a]', '\r\nPUBLISH', '😀', '__proto__', '{', '{a}', ' ', 'a:b', '\0'];

const messages: readonly PubSubLaw[] = [
  law(
    'messages of one publisher arrive in order, with the bytes that they had when they were published',
    async (open) => {
      const { pubSub } = await open();
      const heard: number[] = [];
      await pubSub.subscribe({ channels: ['c'] }, ({ message }) => {
        heard.push(Buffer.from(message as Uint8Array).readUInt32BE());
      });
      const buffer = Buffer.alloc(4);
      const calls = Array.from({ length: 500 }, (_, index) => {
        buffer.writeUInt32BE(index);
        return pubSub.publish('c', buffer);
      });
      buffer.fill(0xff);
      await Promise.all(calls);
      await eventually('all are heard', () => heard.length === 500);
      assert.deepEqual(
        heard,
        Array.from({ length: 500 }, (_, index) => index),
      );
    },
  ),
  law('every handler gets bytes of its own', async (open) => {
    const { pubSub } = await open();
    const heard: Uint8Array[] = [];
    for (let index = 0; index < 3; index++) {
      await pubSub.subscribe({ channels: ['c'] }, ({ message }) => {
        heard.push(Uint8Array.from(message as Uint8Array));
        (message as Uint8Array).fill(0);
      });
    }
    await pubSub.publish('c', EVERY_BYTE);
    await pubSub.publish('c', new Uint8Array(0));
    await eventually('all have heard both', () => heard.length === 6);
    for (const length of [256, 0]) {
      const all = heard.filter((each) => each.length === length);
      assert.equal(all.length, 3);
      for (const each of all) assert.deepEqual(each, EVERY_BYTE.slice(0, length));
    }
  }),
  lawOf('counted', 'publish returns 0 without a receiver, and more with one', async (open) => {
    const opened = await open();
    const { pubSub } = opened;
    assert.equal(await pubSub.publish('c', bytes('x')), 0);
    const { subscription } = await listen(opened, { channels: ['c'] });
    assert.ok((await pubSub.publish('c', bytes('x'))) >= 1);
    assert.equal(await pubSub.publish('d', bytes('x')), 0);
    await subscription.unsubscribe();
    await eventually('nobody listens any more', async () => (await pubSub.publish('c', bytes('x'))) === 0);
  }),
  law(
    'a subscription receives what is published on each of its channels, once, and nothing else',
    async (open) => {
      const opened = await open();
      const { pubSub } = opened;
      const { texts } = await listen(opened, { channels: ['a', 'b', 'a'] });
      for (const channel of ['a', 'c', 'b', 'ab', 'A', 'a']) await pubSub.publish(channel, bytes('x'));
      // Channels may be in different nodes of a cluster, which keep no order among each other.
      for (const channel of ['a', 'b']) await pubSub.publish(channel, bytes('last'));
      await eventually('the last ones', () => ['a last', 'b last'].every((last) => texts.includes(last)));
      assert.deepEqual(texts.sort(), ['a last', 'a x', 'a x', 'b last', 'b x']);
    },
  ),
  lawOf('patterns', 'a pattern is that of ICache.keys', async (open) => {
    const opened = await open();
    const { pubSub } = opened;
    const { texts } = await listen(opened, { pattern: '[ab]:?*' });
    for (const channel of ['a:1', 'b:23', 'c:1', 'a:', 'xa:1']) await pubSub.publish(channel, bytes('x'));
    await pubSub.publish('a:last', bytes('x'));
    await eventually('all that match', () => texts.length >= 3);
    assert.deepEqual(texts.sort(), ['a:1 x', 'a:last x', 'b:23 x']);
  }),
  lawOf(
    'patterns',
    'a channel and a pattern are two subscriptions, and each is called once',
    async (open) => {
      const opened = await open();
      const { pubSub } = opened;
      const one = await listen(opened, { channels: ['c'] });
      const other = await listen(opened, { pattern: 'c*' });
      await pubSub.publish('c', bytes('x'));
      await pubSub.publish('c', bytes('last'));
      await eventually('both', () => [one, other].every(({ texts }) => texts.includes('c last')));
      assert.deepEqual(
        [one.texts, other.texts],
        [
          ['c x', 'c last'],
          ['c x', 'c last'],
        ],
      );
    },
  ),
  law('channels are literal', async (open) => {
    const opened = await open();
    const { pubSub } = opened;
    for (const name of NAMES) {
      const { texts, subscription } = await listen(opened, { channels: [name] });
      await pubSub.publish('a', bytes('x'));
      await pubSub.publish(name, bytes('y'));
      await eventually('the message', () => texts.length > 0);
      assert.deepEqual(texts, [`${name} y`]);
      await subscription.unsubscribe();
    }
  }),
  law('the codecs text and json deliver what was published', async (open) => {
    for (const [codec, values] of [
      ['text', ['', 'é😀', 'x'.repeat(5000)]],
      ['json', [null, 0, 'text', [1, { a: true }], {}]],
    ] as const) {
      const { pubSub } = await open({ codec });
      const heard: unknown[] = [];
      await pubSub.subscribe({ channels: ['c'] }, ({ message }) => void heard.push(message));
      for (const value of values) await pubSub.publish('c', value);
      await eventually('all', () => heard.length === values.length);
      assert.deepEqual(heard, values);
    }
  }),
  law('a message that the codec refuses is a CodecError, and is not published', async (open) => {
    const refusing = {
      id: 'refusing',
      encode: () => {
        throw new TypeError('a refusal of the application');
      },
      decode: () => undefined,
    };
    for (const [codec, value] of [
      ['bytes', 'text'],
      ['text', bytes('x')],
      ['text', '\ud800'],
      ['json', new Map()],
      ['json', undefined],
      [refusing, 'x'],
    ] as const) {
      const opened = await open({ codec });
      const { texts } = await listen(opened, { channels: ['c'] });
      await rejectsWith('E_ENCODE', 'publish', () => opened.pubSub.publish('c', value));
      assert.deepEqual(texts, []);
    }
  }),
];

const BAD_CHANNELS = ['', 'x'.repeat(1025), '\ud800', 1, null, undefined] as string[];
const BAD_TARGETS: unknown[] = [
  ...[undefined, null, 'c', {}, { channels: [] }, { channels: 'c' }, { channels: [''] }, { pattern: '' }],
  ...[{ pattern: 1 }, { channels: ['c'], pattern: 'c' }, { channels: ['c', 1] }, { pattern: '\ud800' }],
];
const BAD_OPTIONS: unknown[] = [
  ...[null, 1, { buffer: 0 }, { buffer: 1.5 }, { bufferBytes: 0 }, { bufferBytes: 'much' }, { onGap: 1 }],
  ...[{ onDrop: 'x' }, { onMalformed: {} }, { signal: {} }, { bufer: 1 }],
];

const surroundings: readonly PubSubLaw[] = [
  law('a bad channel, target, handler or option is an ArgumentError', async (open) => {
    const { pubSub } = await open();
    const { subscribe } = pubSub as unknown as {
      subscribe(...args: unknown[]): Promise<unknown>;
    };
    const call = (...args: unknown[]): Promise<unknown> => Reflect.apply(subscribe, pubSub, args);
    const ignore = (): void => undefined;
    for (const channel of BAD_CHANNELS) {
      await rejectsWith('E_ARGUMENT', 'publish', () => pubSub.publish(channel, bytes('x')));
    }
    for (const target of BAD_TARGETS) await rejectsWith('E_ARGUMENT', 'a target', () => call(target, ignore));
    for (const handler of [undefined, null, {}, 'f']) {
      await rejectsWith('E_ARGUMENT', 'a handler', () => call({ channels: ['c'] }, handler));
    }
    for (const options of BAD_OPTIONS) {
      await rejectsWith('E_ARGUMENT', 'options', () => call({ channels: ['c'] }, ignore, options));
    }
    for (const options of [null, 1, { signal: 1 }, { signl: 1 }] as unknown as object[]) {
      await rejectsWith('E_ARGUMENT', 'options', () => pubSub.publish('c', bytes('x'), options));
    }
  }),
  law('a call that was aborted before it began rejects with E_ABORTED', async (open) => {
    const { pubSub } = await open();
    const signal = AbortSignal.abort();
    const handler = (): void => assert.fail('it was called');
    await rejectsWith('E_ABORTED', 'subscribe', () =>
      pubSub.subscribe({ channels: ['c'] }, handler, { signal }),
    );
    await rejectsWith('E_ABORTED', 'publish', () => pubSub.publish('c', bytes('x'), { signal }));
    assert.equal(await pubSub.publish('c', bytes('x')), 0);
  }),
  law('every call after close rejects with a DisposedError, and subscriptions have ended', async (open) => {
    const opened = await open();
    const { subscription } = await listen(opened, { channels: ['c'] });
    await opened.close();
    assert.equal(subscription.active, false);
    await subscription.unsubscribe();
    await rejectsWith('E_DISPOSED', 'publish', () => opened.pubSub.publish('c', bytes('x')));
    await rejectsWith('E_DISPOSED', 'subscribe', () => listen(opened, { channels: ['c'] }));
  }),
];

export const deliveryLaws: readonly PubSubLaw[] = [...messages, ...surroundings];
