import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeclarationFile } from '../../site/load-part.js';
import { type Call, textOption } from './call.js';
import { UsageError } from './usage-error.js';

/** Reads the declaration file that a call names. @throws {UsageError} when it names none: no path is guessed. */
export async function fileOf(call: Call, argument?: string): Promise<DeclarationFile> {
  const path = argument ?? textOption(call, 'file') ?? call.env.INVERSIFY_CACHE_FILE;
  if (path === undefined || path === '') {
    throw new UsageError('expected a declaration file', 'pass -f FILE, or set INVERSIFY_CACHE_FILE');
  }
  await importFirst(call);
  return DeclarationFile.read(path);
}

/** Imports the module of the application that defines its interfaces, if the call names one. */
export async function importFirst(call: Call): Promise<void> {
  const module = textOption(call, 'import');
  if (module === undefined) return;
  try {
    await import(pathToFileURL(resolve(module)).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`expected --import as a module that can be imported, got ${module}: ${reason}`);
  }
}
