/**
 * Compares ways to do the same: in interleaved rounds, so that a machine that speeds up or slows down meets them all
 * alike, by the median of each.
 *
 * @param {Record<string, () => Promise<number> | number>} ways  Each answers what one round of it measured.
 * @param {number} rounds
 * @returns {Promise<Record<string, number>>} The median of each.
 */
export async function medians(ways, rounds) {
  const names = Object.keys(ways);
  const measured = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      const figure = await ways[name]();
      if (round > 0) measured[name].push(figure); // The first round warms up.
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(measured[name])]));
}

export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function geometricMean(figures) {
  return Math.exp(figures.reduce((sum, figure) => sum + Math.log(figure), 0) / figures.length);
}

/**
 * Calls a second, as thousands, with a fixed number of callers that each wait for their answer before they ask again.
 *
 * @param {(index: number) => Promise<unknown>} call
 */
export async function throughput(call, { callers, calls }) {
  let next = 0;
  const caller = async () => {
    while (next < calls) await call(next++);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return calls / (performance.now() - began);
}

/** Prints rows as columns that line up; the first row is the heading. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => pad(String(cell), widths[column], column))
        .join('  ')
        .trimEnd(),
    );
  }
}

function pad(text, width, column) {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}

/** `0.95 ✓` or `0.75 ✗ (wanted 0.8)`. */
export function against(figure, wanted) {
  const text = figure.toFixed(2);
  return figure >= wanted ? `${text} ok` : `${text} MISSED (wanted ${wanted})`;
}
