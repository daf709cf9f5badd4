import { tracingChannel } from 'node:diagnostics_channel';
import type { RedisWord } from '../../../interfaces/redis-connection.js';

/** Where node-redis tells of every command, with the arguments of scripts as they are. */
const commands = tracingChannel('node-redis:command') as { readonly hasSubscribers?: boolean };

/**
 * Arguments of a script (values and tokens), so that they are sent as they are and shown to nobody: node-redis makes
 * text of them for whoever listens to its diagnostics.
 */
export function hiddenWords(words: readonly RedisWord[]): readonly RedisWord[] {
  return isHeard() ? words.map(hidden) : words;
}

/** The same for the value of a PSETEX, which node-redis hides for SETEX only. Changes the command that it is given. */
export function hideValue(command: RedisWord[]): void {
  if (command[0] !== 'PSETEX' || !isHeard()) return;
  command[3] = hidden(command[3] ?? '');
}

/** Where Node cannot tell, somebody may listen. */
function isHeard(): boolean {
  return commands.hasSubscribers !== false;
}

function hidden(word: RedisWord): Buffer {
  return Object.defineProperty(Buffer.from(word as string), 'toString', { value: () => '?' });
}
