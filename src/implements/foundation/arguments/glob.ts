const STAR = 0x2a;
const QUESTION = 0x3f;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const CARET = 0x5e;
const DASH = 0x2d;
const BACKSLASH = 0x5c;

/**
 * Makes a matcher for a Redis glob: it compares whole keys byte by byte as UTF-8, as `KEYS` and `SCAN MATCH` do
 * (`stringmatchlen` of Redis 7). Its cost is at most the length of the pattern times that of the key.
 *
 * @see https://redis.io/docs/latest/commands/keys/
 */
export function globMatcher(pattern: string): (key: string) => boolean {
  if (pattern === '*') return () => true;
  const elements = parse(Buffer.from(pattern));
  return (key) => matches(elements, Buffer.from(key));
}

/** Element of a pattern: a byte, any byte, any run of bytes, or one byte of a class. */
type Element = number | ((byte: number) => boolean);

const ANY = -1;
const RUN = -2;

function parse(pattern: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const byte = pattern[at] as number;
    if (byte === STAR) {
      if (elements.at(-1) !== RUN) elements.push(RUN);
    } else if (byte === QUESTION) {
      elements.push(ANY);
    } else if (byte === OPEN) {
      const [element, end] = parseClass(pattern, at + 1);
      elements.push(element);
      at = end;
    } else {
      if (byte === BACKSLASH && at + 1 < pattern.length) at++;
      elements.push(pattern[at] as number);
    }
  }
  return elements;
}

/**
 * Parses a class of bytes, from after its `[`; returns the index of its end. An unclosed class ends with the pattern.
 */
function parseClass(pattern: Uint8Array, start: number): [Element, end: number] {
  const ranges: [low: number, high: number][] = [];
  let at = start;
  const negated = pattern[at] === CARET;
  if (negated) at++;
  for (; at < pattern.length && pattern[at] !== CLOSE; at++) {
    const left = pattern.length - at;
    let low = pattern[at] as number;
    let high = low;
    if (low === BACKSLASH && left >= 2) {
      at++;
      low = pattern[at] as number;
      high = low;
    } else if (left >= 3 && pattern[at + 1] === DASH) {
      high = pattern[at + 2] as number;
      at += 2;
    }
    ranges.push(signed(low) <= signed(high) ? [low, high] : [high, low]);
  }
  const includes = (byte: number) =>
    ranges.some(([low, high]) => signed(byte) >= signed(low) && signed(byte) <= signed(high));
  return [(byte) => includes(byte) !== negated, at];
}

/** Signed value of a byte: Redis compares the ends of a range as `char` of C, which is signed on common machines. */
function signed(byte: number): number {
  return byte < 0x80 ? byte : byte - 0x100;
}

/**
 * Matches a key. Backtracks to the last run only, which suffices: an earlier run could take nothing that this one
 * cannot.
 */
function matches(elements: readonly Element[], key: Uint8Array): boolean {
  let at = 0;
  let element = 0;
  let runElement = -1;
  let runEnd = 0;
  while (at < key.length) {
    const expected = elements[element];
    const byte = key[at] as number;
    if (expected === RUN) {
      runElement = element++;
      runEnd = at;
    } else if (expected === byte || expected === ANY || (typeof expected === 'function' && expected(byte))) {
      at++;
      element++;
    } else if (runElement >= 0) {
      element = runElement + 1;
      at = ++runEnd;
    } else {
      return false;
    }
  }
  while (elements[element] === RUN) element++;
  return element === elements.length;
}
