import { channel } from 'node:diagnostics_channel';
import type { RedisWord } from '../../interfaces/redis-connection.js';

/** Where node-redis tells of every command, with the arguments of scripts as they are. */
const commands = channel('tracing:node-redis:command:start');

/**
 * Arguments of a script (values and tokens), so that they are sent as they are and shown to nobody: node-redis makes
 * text of them for whoever listens to its diagnostics.
 */
export function hiddenWords(words: readonly RedisWord[]): readonly RedisWord[] {
  return commands.hasSubscribers ? words.map(hidden) : words;
}

function hidden(word: RedisWord): Buffer {
  return Object.defineProperty(Buffer.from(word as string), 'toString', { value: () => '?' });
}
