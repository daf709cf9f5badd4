/** Lists the keys of pages, each once: the same key may appear on several pages. */
export async function* eachOnce(pages: AsyncIterable<readonly string[]>): AsyncIterable<string> {
  const seen = new Set<string>();
  for await (const page of pages) {
    for (const key of page) {
      if (seen.has(key)) continue;
      seen.add(key);
      yield key;
    }
  }
}
