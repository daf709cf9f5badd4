import { tracingChannel } from 'node:diagnostics_channel';
import type { RedisWord } from '../../../interfaces/redis-command.js';

/** Channel on which node-redis reports every command, including the arguments of scripts. */
const commands = tracingChannel('node-redis:command') as unknown as {
  readonly hasSubscribers: boolean;
};

/**
 * Hides the arguments of a script (values and tokens) from listeners of the diagnostics of node-redis, which converts
 * them to strings. They are sent unchanged.
 */
export function hiddenWords(words: readonly RedisWord[]): readonly RedisWord[] {
  return commands.hasSubscribers ? words.map(hidden) : words;
}

/** Hides the value of a PSETEX in place, because node-redis hides the value of SETEX only. */
export function hideValue(command: RedisWord[]): void {
  if (command[0] !== 'PSETEX' || !commands.hasSubscribers) return;
  command[3] = hidden(command[3] ?? '');
}

function hidden(word: RedisWord): Buffer {
  return Object.defineProperty(Buffer.from(word as string), 'toString', { value: () => '?' });
}
