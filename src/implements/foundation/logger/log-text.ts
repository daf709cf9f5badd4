import { isNativeError } from 'node:util/types';
import type { LogAttributes } from '../../../interfaces/logger.js';
import { oneLine } from '../one-line.js';

const SECRET_NAME =
  /pass(?:word|wd|phrase)?$|pwd|secret|token|credential|authorization|cookie|api_?-?key|private_?-?key/i;
const HIDDEN = '[hidden]';
/** Causes of an error that are written, so that a cycle ends. */
const MAX_CAUSES = 5;

/** Attributes without those that are left out, and without secrets: by their names, and inside URLs. */
export function shownAttributes(attributes: LogAttributes): LogAttributes {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, shownValue(name, value)]),
  );
}

function shownValue(name: string, value: LogAttributes[string]): LogAttributes[string] {
  if (SECRET_NAME.test(name) && value !== null) return HIDDEN;
  return typeof value === 'string' ? withoutCredentials(value) : value;
}

/** A text without user name and password in its URLs. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z\d+.-]*:\/\/)[^/?#@\s]*@/gi, `$1${HIDDEN}@`);
}

/** One line that others have written, without user name and password in its URLs. */
export function safeLine(text: string): string {
  return oneLine(withoutCredentials(text));
}

/** Stack of an error and of its causes; each line but the first is indented, so that none looks like a message. */
export function stackText(error: unknown): string {
  const parts: string[] = [];
  let part = error;
  while (part !== undefined && parts.length < MAX_CAUSES) {
    parts.push(
      isNativeError(part)
        ? (part.stack ?? `${part.name}: ${part.message}`)
        : `${typeof part}: ${String(part)}`,
    );
    part = isNativeError(part) ? part.cause : undefined;
  }
  const lines = parts.join('\ncaused by ').split(/(?:\r\n|[\r\n\u2028\u2029])[ \t]*/);
  return lines.map(safeLine).join('\n    ');
}

/** An error as a structure, in the form that loggers give it, without user names and passwords in its URLs. */
export function shownError(error: unknown): Readonly<Record<'type' | 'message' | 'stack', string>> {
  const { name, message } = isNativeError(error) ? error : { name: typeof error, message: String(error) };
  return { type: name, message: withoutCredentials(message), stack: stackText(error) };
}
