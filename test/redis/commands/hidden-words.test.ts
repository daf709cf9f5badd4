import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hiddenWords, hideValue } from '../../../src/implements/redis/commands/hidden-words.js';
import type { RedisWord } from '../../../src/interfaces/redis-command.js';

/** Listens to the diagnostics of node-redis until the test has finished. */
function listen(): void {
  const channel = tracingChannel('node-redis:command');
  const subscribers = {
    start: () => {},
    end: () => {},
    asyncStart: () => {},
    asyncEnd: () => {},
    error: () => {},
  };
  channel.subscribe(subscribers);
  onTestFinished(() => channel.unsubscribe(subscribers));
}

describe('word that diagnostics must not show', () => {
  it('listeners of the diagnostics see no argument of a script, and the server gets it unchanged', () => {
    listen();
    const words = hiddenWords(['secret', Buffer.from('bytes')]);
    expect(words.map(String)).toEqual(['?', '?']);
    expect(words.map((word) => Buffer.from(word as Buffer).toString('latin1'))).toEqual(['secret', 'bytes']);
  });

  it('listeners of the diagnostics see no value of a PSETEX, but its key', () => {
    listen();
    const command: RedisWord[] = ['PSETEX', 'key', '1000', 'secret'];
    hideValue(command);
    expect(command.map(String)).toEqual(['PSETEX', 'key', '1000', '?']);
    expect(Buffer.compare(Buffer.from(command[3] as Buffer), Buffer.from('secret'))).toBe(0);
  });

  it('a PSETEX without a value is left to the server', () => {
    listen();
    const command: RedisWord[] = ['PSETEX', 'key', '1000'];
    hideValue(command);
    expect(command[3]).toHaveLength(0);
  });

  it('the words of other commands are shown as they are', () => {
    listen();
    const command: RedisWord[] = ['LSET', 'key', '0', 'value'];
    hideValue(command);
    expect(command).toEqual(['LSET', 'key', '0', 'value']);
  });

  it('words are sent as they are while nobody listens', () => {
    const words = ['secret'];
    expect(hiddenWords(words)).toBe(words);
    const command: RedisWord[] = ['PSETEX', 'key', '1000', 'value'];
    hideValue(command);
    expect(command[3]).toBe('value');
  });
});
