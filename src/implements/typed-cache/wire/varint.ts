/**
 * Whole numbers of 0 to 2^53 - 1, seven bits a byte, the lowest first; bit 7 says that another byte follows (LEB128).
 * A number has one form only: the last byte is 0 in the form of zero alone.
 */

/** How many bytes a number takes. */
export function varintBytes(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) count += 1;
  return count;
}

/** Writes a number and gives the offset behind it. */
export function writeVarint(bytes: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 128;
  bytes[at++] = rest;
  return at;
}
