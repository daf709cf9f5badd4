import { readFile } from 'node:fs/promises';
import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';

/** Prints the JSON Schema of declarations. */
export async function schemaCommand({ streams, home }: Call): Promise<number> {
  await streams.document(await readFile(new URL('config/components.schema.json', home), 'utf8'));
  return EXIT.done;
}
