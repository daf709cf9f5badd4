import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { fileOf } from '../frame/file-of.js';

/** Lists the entries of a file, one a line. */
export async function listCommand(call: Call): Promise<number> {
  for (const entry of (await fileOf(call, call.args[0])).entries) {
    const name = entry.name === '' ? '(default)' : entry.name;
    await call.streams.record({ ...entry }, entry.interface, name, entry.class, `line ${entry.line}`);
  }
  return EXIT.done;
}
