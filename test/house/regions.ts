/** Regions of a file by their names: the lines between `region name` and `endregion` after a comment sign, unindented. */
export function regionsOf(text: string): ReadonlyMap<string, string> {
  const regions = new Map<string, string>();
  let name: string | undefined;
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const [, mark, begun] = /^\s*(?:\/\/|#) (region|endregion)(?: (.*))?$/.exec(line) ?? [];
    if (mark === undefined) lines.push(line);
    else if (mark === 'endregion' && name !== undefined) regions.set(name, unindented(lines));
    if (mark !== undefined) [name, lines] = [begun, []];
  }
  return regions;
}

function unindented(lines: readonly string[]): string {
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return lines
    .map((line) => line.slice(indent))
    .join('\n')
    .trim();
}
