/** Items of a page; even, so that pairs stay together. */
const PAGE = 512;

/** Pages of what is there when the first one is asked for. */
export async function* pages<T>(read: () => readonly T[]): AsyncIterable<readonly T[]> {
  const all = read();
  for (let at = 0; at < all.length; at += PAGE) yield all.slice(at, at + PAGE);
}
