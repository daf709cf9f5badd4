import assert from 'node:assert/strict';
import type {
  RedisMessage,
  SubscribeOptions,
  SubscriptionTarget,
} from '../../../src/interfaces/redis-subscription.js';
import { eventually } from '../../support/time/eventually.js';
import { type ConnectionLaw, fails, law, lawOf, type OpenConnection } from './subject.js';

const isListening = ({ subscriptions }: { readonly subscriptions: number }): boolean => subscriptions > 0;
const textOf = ({ channel, payload }: RedisMessage): string => `${channel} ${payload}`;

/** Collects what a subscription hears and is told. */
async function listen(
  { connection, space }: OpenConnection,
  target: SubscriptionTarget,
  options?: SubscribeOptions,
) {
  const story: string[] = [];
  const subscription = await connection.subscribe(
    target,
    (message) => void story.push(textOf(message).slice(space.length)),
    {
      onGap: ({ lostMs }) => void story.push(lostMs >= 0 ? 'gap' : 'a gap that ends before it begins'),
      ...options,
    },
  );
  const gaps = (): number => story.filter((each) => each === 'gap').length;
  return { subscription, story, gaps };
}

/** Publishes as other programs do, on sharded channels or on others. */
async function publish(
  { servers, space }: OpenConnection,
  command: 'PUBLISH' | 'SPUBLISH',
  ...messages: readonly string[]
): Promise<void> {
  for (const message of messages) {
    const [channel, payload = ''] = message.split(' ');
    await servers.at(`${space}${channel}`, command, `${space}${channel}`, payload);
  }
}

const namesOf = ({ space }: OpenConnection, ...names: string[]): string[] =>
  names.map((name) => space + name);

/** Channels of several slots, and thereby perhaps of several servers, and two of one slot. */
const CHANNELS = ['a', 'b', 'c', 'd', '{s}1', '{s}2'];

const several: readonly ConnectionLaw[] = [
  law('a subscription to several channels receives each of them, and ends with all of them', async (open) => {
    const opened = await open();
    const channels = namesOf(opened, 'a', 'b', 'a');
    const { story, subscription } = await listen(opened, { channels });
    const other = await listen(opened, { channels: namesOf(opened, 'b', 'c') });
    await publish(opened, 'PUBLISH', 'a 1', 'b 1', 'c 1', 'd 1');
    await eventually('both hear theirs', () => story.length === 2 && other.story.length === 2);
    assert.deepEqual(story.sort(), ['a 1', 'b 1']);
    await subscription.unsubscribe();
    await publish(opened, 'PUBLISH', 'a 2', 'b 2', 'c 2');
    await eventually('the other one hears on', () => other.story.length === 4);
    assert.deepEqual(other.story.sort(), ['b 1', 'b 2', 'c 1', 'c 2']);
    assert.equal(story.length, 2);
    await other.subscription.unsubscribe();
    await eventually('no client listens', async () => !(await opened.servers.clients()).some(isListening));
  }),
  law('a loss is told once to a subscription of several channels, before later messages', async (open) => {
    const opened = await open();
    const { story, subscription, gaps } = await listen(opened, { channels: namesOf(opened, ...CHANNELS) });
    for (let round = 1; round <= 3; round++) {
      assert.equal(await opened.servers.kill(isListening), 1);
      await eventually('the loss is noticed', () => !subscription.active || gaps() === round);
      await eventually('it is told', async () => {
        await publish(opened, 'PUBLISH', ...CHANNELS.map((channel) => `${channel} ${round}`));
        return gaps() === round && story.includes(`a ${round}`);
      });
    }
    await publish(opened, 'PUBLISH', ...CHANNELS.map((channel) => `${channel} last`));
    await eventually('all are heard', () => CHANNELS.every((channel) => story.includes(`${channel} last`)));
    const first = story.filter((each, index) => each === 'gap' || story.indexOf(each) === index);
    const order = first.map((each) => (each === 'gap' ? each : each.split(' ')[1]));
    const runs = order.filter((each, index) => each !== order[index - 1]);
    assert.deepEqual(runs, ['gap', '1', 'gap', '2', 'gap', '3', 'last']);
  }),
  law('a subscription that is refused for one of its channels leaves none of them', async (open) => {
    const { space, servers } = await open();
    const name = `${space}user`;
    await servers.setUser(name, 'password', '~*', '+@all', 'resetchannels', `&${space}mine*`);
    const credentials = { getCredentials: async () => ({ username: name, password: 'password' }) };
    const opened = await open({ credentials, clientName: `${space}other` });
    await fails(
      opened.connection.subscribe({ channels: [`${space}mine1`, `${space}theirs`, `${space}mine2`] }, () =>
        assert.fail('it was refused'),
      ),
      { code: 'E_OPERATION_REFUSED', reason: 'NOPERM' },
    );
    await eventually(
      'nobody listens',
      async () => !(await servers.clients(`${space}other`)).some(isListening),
    );
  }),
];

const sharded: readonly ConnectionLaw[] = [
  lawOf(
    'shards',
    'a sharded subscription receives what SPUBLISH publishes, and nothing else',
    async (open) => {
      const opened = await open();
      const channels = namesOf(opened, ...CHANNELS);
      const { story, subscription } = await listen(opened, { channels, sharded: true });
      const plain = await listen(opened, { channels });
      const single = await listen(opened, { channel: `${opened.space}a`, sharded: true });
      await publish(opened, 'PUBLISH', 'a no', 'b no');
      await publish(opened, 'SPUBLISH', ...CHANNELS.map((channel) => `${channel} yes`), 'e yes');
      await publish(opened, 'PUBLISH', 'a last', 'b last');
      await eventually('all have heard theirs', () => story.length === 6 && plain.story.length === 4);
      assert.deepEqual(story.sort(), CHANNELS.map((channel) => `${channel} yes`).sort());
      assert.deepEqual(plain.story.sort(), ['a last', 'a no', 'b last', 'b no']);
      assert.deepEqual(single.story, ['a yes']);
      for (const each of [subscription, plain.subscription, single.subscription]) await each.unsubscribe();
      await eventually('no client listens', async () => !(await opened.servers.clients()).some(isListening));
    },
  ),
  lawOf('shards', 'a sharded channel that is left and joined again at once is received', async (open) => {
    const opened = await open();
    const target = { channels: namesOf(opened, 'a', 'b'), sharded: true };
    const stays = await listen(opened, { channel: `${opened.space}{a}stays`, sharded: true });
    let current = await listen(opened, target);
    for (let round = 0; round < 10; round += 1) {
      const ending = current.subscription.unsubscribe();
      current = await listen(opened, target);
      await ending;
      await publish(opened, 'SPUBLISH', `a ${round}`, `b ${round}`);
      await eventually('both arrive', () => current.story.length === 2);
    }
    assert.deepEqual([stays.story, stays.subscription.active], [[], true]);
  }),
  lawOf(
    'shards',
    'a sharded subscription that lost its connection resumes, and is told of the gap',
    async (open) => {
      const opened = await open();
      const { story, subscription, gaps } = await listen(opened, {
        channels: namesOf(opened, '{s}1', '{s}2', '{s}3'),
        sharded: true,
      });
      for (let round = 1; round <= 3; round++) {
        assert.equal(await opened.servers.kill(isListening), 1);
        await eventually('it is told', () => gaps() === round);
        assert.equal(subscription.active, true);
        await publish(opened, 'SPUBLISH', `{s}1 ${round}`, `{s}3 ${round}`);
        await eventually('both arrive', () => story.includes(`{s}3 ${round}`));
      }
      assert.deepEqual(
        story.filter((each) => each.startsWith('{s}1')),
        ['{s}1 1', '{s}1 2', '{s}1 3'],
      );
      assert.equal(gaps(), 3);
    },
  ),
  lawOf('shards', 'subscribe refuses a sharded pattern, and a word in place of sharded', async (open) => {
    const { connection, space } = await open();
    for (const wrong of [
      { pattern: `${space}*`, sharded: true },
      { channel: `${space}a`, sharded: 'yes' },
      { channels: [`${space}a`], sharded: 1 },
    ]) {
      await fails(
        connection.subscribe(wrong as SubscriptionTarget, () => undefined),
        { code: 'E_ARGUMENT' },
      );
    }
  }),
  lawOf(
    'slots',
    'a sharded subscription follows its slot to another server, and is told of the gap once',
    async (open) => {
      const opened = await open();
      const { space, servers } = opened;
      const moving = await listen(opened, { channels: namesOf(opened, '{s}1', '{s}2'), sharded: true });
      const staying = await listen(opened, { channels: namesOf(opened, 'a', 'b', 'c', 'd'), sharded: true });
      for (let round = 1; round <= 4; round++) {
        await servers.moveSlot(`${space}{s}1`);
        await eventually('it is told, and hears again', async () => {
          await publish(opened, 'SPUBLISH', `{s}1 ${round}`, `{s}2 ${round}`);
          return ['{s}1', '{s}2'].every((name) => moving.story.includes(`${name} ${round}`));
        });
        assert.equal(moving.gaps(), round);
      }
      await publish(opened, 'SPUBLISH', 'a x', 'b x', 'c x', 'd x');
      await eventually('the others were not touched', () => staying.story.length === 4);
      assert.equal(staying.gaps(), 0);
    },
  ),
  lawOf('slots', 'a subscription finds a slot that has moved before', async (open) => {
    const opened = await open();
    const channel = `${opened.space}c`;
    const one = await listen(opened, { channel, sharded: true });
    await opened.servers.moveSlot(channel);
    const other = await listen(opened, { channel, sharded: true });
    await eventually('both hear', async () => {
      await publish(opened, 'SPUBLISH', 'c x');
      return [one, other].every(({ story }) => story.includes('c x'));
    });
    assert.equal(other.subscription.active, true);
  }),
];

export const channelLaws: readonly ConnectionLaw[] = [...several, ...sharded];
