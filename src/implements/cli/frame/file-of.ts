import { DeclarationFile } from '../../site/load-part.js';
import { type Call, textOption } from './call.js';
import { UsageError } from './usage-error.js';

/** Reads the declaration file that a call names. @throws {UsageError} when it names none: no path is guessed. */
export async function fileOf(call: Call, argument?: string): Promise<DeclarationFile> {
  const path = argument ?? textOption(call, 'file') ?? call.env.INVERSIFY_CACHE_FILE;
  if (path === undefined || path === '') {
    throw new UsageError('expected a declaration file', 'pass -f FILE, or set INVERSIFY_CACHE_FILE');
  }
  return DeclarationFile.read(path);
}
