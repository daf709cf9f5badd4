const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);

/** Truth values as text, worded to follow "expected". */
export const TRUTH_EXPECTED = 'true, 1, yes or on, or false, 0, no or off';

/** Reads a truth value of the environment, in any case; `undefined` for other text. */
export function truthOf(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : undefined;
}
