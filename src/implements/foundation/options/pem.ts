import { isUint8Array } from 'node:util/types';
import { z } from 'zod';
import { optionKinds } from './kinds.js';

/** One certificate or key: PEM text, the path of a file, or the bytes of such a file. */
export type PemSource = string | Uint8Array;

const EXPECTED = 'PEM text or the path of a file';
/** A long run of Base64 or hexadecimal digits. */
const BARE_BODY = /[A-Za-z0-9+/=_-]{48}/;

const ONE = z
  .union([z.string().min(1), z.custom<Uint8Array>((value) => isUint8Array(value) && value.length > 0)])
  .register(optionKinds, { kind: 'pem', expected: EXPECTED }) as z.ZodType<PemSource>;
const PEM: z.ZodType<PemSource | PemSource[]> = z
  .union([ONE, z.array(ONE).min(1)])
  .register(optionKinds, { kind: 'pem', expected: `${EXPECTED}, or a list of these` });

/**
 * An option that holds certificates or keys: PEM text, the path of a file, the bytes of such a file, or a list of these.
 * No message, log or dump shows PEM text.
 */
export function pemOption(): z.ZodType<PemSource | PemSource[]> {
  return PEM;
}

/** `true` for PEM text, which an option of certificates takes as it is; any other text is a path. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN');
}

/** PEM text with real line breaks and no indentation: variables often hold it with escaped ones, files indent it. */
export function pemText(text: string): string {
  const lines = text.replaceAll('\\r', '').replaceAll('\\n', '\n').split('\n');
  return lines.map((line) => line.trim()).join('\n');
}

/** `true` for text that must not be shown, whatever option it is in: PEM, complete or not. */
export function holdsPem(text: string): boolean {
  return /-----BEGIN|BEGIN [A-Z ]*(?:KEY|CERTIFICATE)/.test(text);
}

/** `true` also for what was PEM before its header was lost, and for the few paths that look like that. */
export function mayHoldKey(text: string): boolean {
  return holdsPem(text) || BARE_BODY.test(text);
}
