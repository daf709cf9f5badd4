/**
 * Measures several subjects in interleaved rounds, so that a change in the machine's speed affects all of them alike.
 *
 * @param ways  Functions that measure one round each.
 * @returns Measurements of each round, by name, without the first round, which is the warm-up.
 */
export async function interleaved<Name extends string, Measured>(
  ways: Readonly<Record<Name, () => Promise<Measured> | Measured>>,
  rounds: number,
): Promise<Record<Name, Measured[]>> {
  const names = Object.keys(ways) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Measured[]>;
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length] as Name;
      const one = await ways[name]();
      if (round > 0) measured[name].push(one);
    }
  }
  return measured;
}

/** Compares ways to do the same by the median of each, in interleaved rounds. */
export async function medians<Name extends string>(
  ways: Readonly<Record<Name, () => Promise<number> | number>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const measured = await interleaved(ways, rounds);
  const entries = (Object.keys(ways) as Name[]).map((name) => [name, median(measured[name])]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function geometricMean(figures: readonly number[]): number {
  return Math.exp(figures.reduce((sum, figure) => sum + Math.log(figure), 0) / figures.length);
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

/** `0.95 (wanted 0.8)`, marked if it is less. */
export function against(figure: number, wanted: number): string {
  return `${figure.toFixed(2)} (wanted ${wanted}${figure >= wanted ? '' : ': MISSED'})`;
}

/** `12.0 (wanted at most 64)`, marked if it is more. */
export function within(figure: number, most: number): string {
  return `${figure.toFixed(1)} (wanted at most ${most}${figure <= most ? '' : ': MISSED'})`;
}
