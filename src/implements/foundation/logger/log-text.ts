import { isNativeError } from 'node:util/types';
import type { LogAttributes } from '../../../interfaces/logger.js';

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
  return withoutCredentials(parts.join('\ncaused by ')).replace(
    /(?:\r\n|[\r\n\u2028\u2029])[ \t]*/g,
    '\n    ',
  );
}

/** One line: control characters, which could forge a message, are escaped. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
