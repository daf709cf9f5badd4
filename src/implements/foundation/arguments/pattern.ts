import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';
import { MAX_KEY_BYTES } from './key.js';

/** Refuses an invalid pattern. */
export function checkPattern(pattern: unknown): asserts pattern is string | undefined {
  if (pattern === undefined) return;
  if (typeof pattern !== 'string')
    throw new ArgumentError(`expected a string as the pattern, got ${describe(pattern)}`);
  if (Buffer.byteLength(pattern) > MAX_KEY_BYTES) {
    throw new ArgumentError(`expected a pattern of at most ${MAX_KEY_BYTES} bytes, got a longer one`);
  }
  if (!pattern.isWellFormed()) throw new ArgumentError('expected a pattern, got one with a lone surrogate');
}

/** Returns the pattern that matches one string only: escapes its special characters. */
export function literalPattern(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
