import { describe, expect, it } from 'vitest';
import { checkedCommand, checkedText, checkedWords } from '../../../src/implements/redis/commands/command.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';
import type { RedisCommand, RedisWord } from '../../../src/interfaces/redis-command.js';

/** A value of a type that the compiler would refuse. */
const wrong = (value: unknown) => value as never;

describe('checked command', () => {
  it('a command is copied, with its text and bytes', () => {
    const bytes = Buffer.from([0, 255]);
    const command = ['SET', 'a', bytes];
    const copy = checkedCommand(command);
    expect(copy).toEqual(['SET', 'a', bytes]);
    expect(copy).not.toBe(command);
  });

  it.each([
    [undefined, 'undefined'],
    ['GET a', 'a string of 5 characters'],
    [[], 'an empty array'],
    [{ 0: 'GET', length: 1 }, 'an object'],
  ])('a command that is no list of words is refused: %j', (command, got) => {
    expect(() => checkedCommand(wrong(command))).toThrow(
      new ArgumentError(`expected a command as an array of its words, got ${got}`),
    );
  });

  it.each([
    [['SET', 'a', 1], 'a number'],
    [['SET', null], 'null'],
    [[['GET']], 'an array'],
    [['SET', 'a', new Uint8Array(1)], 'a Uint8Array'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested.
    [['GET', ,], 'undefined'],
  ])('a command with a word that is neither text nor Buffer is refused: %j', (command, got) => {
    expect(() => checkedCommand(wrong(command))).toThrow(
      new ArgumentError(`expected the words of a command as string or Buffer, got ${got}`),
    );
  });

  it.each([
    ...['MULTI', 'EXEC', 'SELECT', 'HELLO', 'QUIT', 'MONITOR', 'SUBSCRIBE', 'SUNSUBSCRIBE'],
    ...['select', 'Multi'],
  ])('a command that changes the connection is refused on every kind of connection: %s', (name) => {
    const text = `expected a command that does not change a shared connection, got ${name.toUpperCase()}`;
    expect(() => checkedCommand([name, '1'])).toThrow(new ArgumentError(text));
    expect(() => checkedCommand([Buffer.from(name)], 'exclusive')).toThrow(new ArgumentError(text));
  });

  it.each([
    ['CLIENT', 'REPLY'],
    ['client', 'no-evict'],
    ['SCRIPT', 'DEBUG'],
  ])('the subcommand %s %s, which changes the connection, is refused', (name, below) => {
    expect(() => checkedCommand([name, Buffer.from(below)])).toThrow(
      `expected a command that does not change a shared connection, got ${name.toUpperCase()}`,
    );
  });

  it.each<RedisCommand>([
    ['CLIENT', 'LIST'],
    ['CLIENT'],
    ['SCRIPT', 'LOAD', 'BLOCK'],
    ['SCRIPT', 'LOAD', 'return 1'],
    ['XREAD', 'STREAMS', 'a', '0'],
    ['XREADGROUP', 'GROUP', 'REPLY', 'b', 'STREAMS', 'a', '>'],
    ['GET', 'BLOCK'],
    ['GET', 'REPLY'],
  ])('a command that only resembles a special one is accepted: %s %s %s', (...command) => {
    expect(checkedCommand(command)).toEqual(command);
    expect(checkedCommand(command, 'exclusive')).toEqual(command);
  });

  it.each(['WAIT', 'waitaof'])('%s, which refers to its own connection, is refused', (name) => {
    for (const kind of ['shared', 'exclusive'] as const) {
      expect(() => checkedCommand([name, '1', '0'], kind)).toThrow(
        `expected a command that does not refer to its own connection, got ${name.toUpperCase()}`,
      );
    }
  });

  it.each<RedisCommand>([
    ['BLPOP', 'a', '0'],
    ['BLPOP', 'REPLY', '0'],
    ['bzmpop', '0', '1', 'a', 'MIN'],
    ['XREAD', 'BLOCK', '0', 'STREAMS', 'a', '$'],
    ['XREADGROUP', 'GROUP', 'g', 'c', 'block', '5', 'STREAMS', 'a', '>'],
    ['XREAD', Buffer.from('Block'), '0', 'STREAMS', 'a', '$'],
  ])(
    'a command that blocks is refused on a shared connection, and runs on a dedicated one: %s %s',
    (...command) => {
      expect(() => checkedCommand(command)).toThrow(
        `expected a command that does not block, got ${String(command[0]).toUpperCase()}; use blocking()`,
      );
      expect(checkedCommand(command, 'exclusive')).toEqual(command);
    },
  );
});

describe('checked words', () => {
  it('a list of words is copied', () => {
    const list: RedisWord[] = ['a', Buffer.from('b')];
    expect(checkedWords(list, 'keys')).toEqual(list);
    expect(checkedWords(list, 'keys')).not.toBe(list);
  });

  it.each([
    ['a', 'expected keys as an array, got a string of 1 character'],
    [undefined, 'expected keys as an array, got undefined'],
    [['a', 7], 'expected keys as strings or Buffers, got a number'],
    [[new Uint8Array(1)], 'expected keys as strings or Buffers, got a Uint8Array'],
  ])('a value that is no list of words is refused by its name: %j', (list, message) => {
    expect(() => checkedWords(wrong(list), 'keys')).toThrow(new ArgumentError(message));
  });

  it('a text is returned as it is, and anything else is refused by its name', () => {
    expect(checkedText('', 'a pattern')).toBe('');
    expect(() => checkedText(wrong(7), 'a pattern')).toThrow(
      new ArgumentError('expected a pattern as a string, got a number'),
    );
  });
});
