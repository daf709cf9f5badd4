/**
 * Compares ways to do the same: in interleaved rounds, so that a machine that speeds up or slows down meets them all
 * alike, by the median of each.
 *
 * @param ways  Each answers what one round of it measured.
 */
export async function medians<Name extends string>(
  ways: Readonly<Record<Name, () => Promise<number> | number>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(ways) as Name[];
  const measured = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length] as Name;
      const figure = await ways[name]();
      if (round > 0) measured.get(name)?.push(figure); // The first round warms up.
    }
  }
  const entries = names.map((name) => [name, median(measured.get(name) ?? [])]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function geometricMean(figures: readonly number[]): number {
  return Math.exp(figures.reduce((sum, figure) => sum + Math.log(figure), 0) / figures.length);
}

/**
 * Thousands of calls a second, with a fixed number of callers that each wait for their answer before they ask again.
 */
export async function throughput(
  call: (index: number) => Promise<unknown>,
  { callers, calls }: { readonly callers: number; readonly calls: number },
): Promise<number> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < calls) await call(next++);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return calls / (performance.now() - began);
}

/** CPU nanoseconds of a call, awaited, one after the other. */
export async function cpuNs(call: (index: number) => Promise<unknown>, calls: number): Promise<number> {
  const began = process.cpuUsage();
  for (let index = 0; index < calls; index++) await call(index);
  const { user, system } = process.cpuUsage(began);
  return ((user + system) * 1000) / calls;
}

/** Prints rows as columns that line up; the first row is the heading. */
export function table(rows: readonly (readonly (string | number)[])[]): void {
  const texts = rows.map((row) => row.map(String));
  const widths = (texts[0] ?? []).map((_, column) =>
    Math.max(...texts.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of texts) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(cells.join('  ').trimEnd());
  }
}

/** `0.95 (wanted 0.8)`, marked where it is less. */
export function against(figure: number, wanted: number): string {
  return `${figure.toFixed(2)} (wanted ${wanted}${figure >= wanted ? '' : ': MISSED'})`;
}
