import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { DeclarationFormat } from '../../../interfaces/component-site-builder.js';
import { ConfigurationError } from '../../../interfaces/errors.js';
import { NOWHERE } from './place.js';
import { NO_FILE } from './problems.js';

/** Maximum length of a text: 256 KiB. */
export const MAX_TEXT_BYTES = 256 * 1024;

/** Syntaxes of the parser; several formats may share one. */
export type Syntax = 'yaml' | 'json';

const SYNTAXES: Readonly<Record<DeclarationFormat, Syntax>> = { yaml: 'yaml', yml: 'yaml', json: 'json' };

/**
 * Returns the syntax of a format.
 *
 * @throws {ConfigurationError} `E_CONFIG_FORMAT` for an unknown format.
 */
export function syntaxOf(format: string, source: string = NO_FILE): Syntax {
  if (Object.hasOwn(SYNTAXES, format)) return SYNTAXES[format as DeclarationFormat];
  throw readError('E_CONFIG_FORMAT', source, `unknown file format ${format}`, 'use yaml, yml or json');
}

/**
 * Reads a declaration file. The extension determines the format unless the caller gives one.
 *
 * @throws {ConfigurationError} `E_CONFIG_FORMAT`; `E_CONFIG_READ` when it is missing, not a file, or not UTF-8;
 * `E_CONFIG_SYNTAX` when it is too long.
 */
export async function readDeclarations(
  path: string,
  format: string | undefined,
): Promise<{ text: string; format: DeclarationFormat }> {
  const chosen = format ?? extname(path).slice(1).toLowerCase();
  if (chosen === '') {
    throw readError(
      'E_CONFIG_FORMAT',
      path,
      'expected a file name that ends in .yml, .yaml or .json',
      'or pass the option format',
    );
  }
  syntaxOf(chosen, path);
  const bytes = await readBytes(path);
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true }).decode(bytes),
      format: chosen as DeclarationFormat,
    };
  } catch {
    throw readError('E_CONFIG_READ', path, 'expected UTF-8 text, got other bytes');
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (!status.isFile())
      throw readError('E_CONFIG_READ', path, 'expected a file, got a directory or a device');
    if (status.size > MAX_TEXT_BYTES) throw tooLong(path, status.size);
    return await readFile(path);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? 'an unknown error';
    throw readError(
      'E_CONFIG_READ',
      path,
      reason === 'ENOENT' ? 'no such file' : `the file cannot be read: ${reason}`,
      undefined,
      error,
    );
  }
}

/** Creates the `E_CONFIG_SYNTAX` error of a text that is too long. */
export function tooLong(source: string, bytes: number): ConfigurationError {
  return readError('E_CONFIG_SYNTAX', source, `expected at most ${MAX_TEXT_BYTES} bytes, got ${bytes}`);
}

function readError(
  code: 'E_CONFIG_READ' | 'E_CONFIG_FORMAT' | 'E_CONFIG_SYNTAX',
  source: string,
  message: string,
  hint?: string,
  cause?: unknown,
): ConfigurationError {
  const issue = { source, ...NOWHERE, path: '', message, ...(hint !== undefined && { hint }) };
  return new ConfigurationError(code, [issue], cause === undefined ? {} : { cause });
}
