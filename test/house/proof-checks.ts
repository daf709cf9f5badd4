import { written } from './readme.js';

/** Proofs of one page: a sentence of the page, and whole titles of the tests or laws that prove it. */
export type PageProofs = readonly (readonly [sentence: string, ...titles: readonly string[]])[];

/** Input of the checker: the pages, and the proofs of their sentences. */
export interface ProofBook {
  /** Texts by path. */
  readonly pages: ReadonlyMap<string, string>;
  readonly proofs: Readonly<Record<string, PageProofs>>;
  /** Sentences that only sound like promises, each with the reason. */
  readonly noPromises: Readonly<Record<string, readonly (readonly [sentence: string, reason: string])[]>>;
  /** Number of proofs that a page must have at least. Default: 3. */
  readonly least: Readonly<Record<string, number>>;
  /** Number of tests with each whole title. */
  readonly titles: ReadonlyMap<string, number>;
}

/** Words that make a sentence a promise. */
const PROMISE =
  /\b(?:never|always|every|at most|no call|nothing|nobody|no one|exactly|whatever|guarantee\w*|cannot|at once|no others?|by itself|not once)\b/i;

/** Everything wrong with the proofs of some pages, one line each. */
export function proofProblems({ pages, proofs, noPromises, least, titles }: ProofBook): string[] {
  const problems: string[] = [];
  for (const page of [...Object.keys(proofs), ...Object.keys(noPromises)]) {
    if (!pages.has(page)) problems.push(`${page}: no such page`);
  }
  for (const [page, text] of pages) {
    const rows = proofs[page] ?? [];
    const spared = noPromises[page] ?? [];
    const minimum = least[page] ?? 3;
    if (rows.length < minimum)
      problems.push(`${page}: expected at least ${minimum} proofs, got ${rows.length}`);

    const prose = flowing(written(text));
    for (const [sentence, ...rest] of [...rows, ...spared]) {
      if (!prose.includes(sentence)) problems.push(`${page}: no such sentence: ${sentence}`);
      if (rest.length === 0 || rest.includes('')) problems.push(`${page}: no proof named: ${sentence}`);
    }
    for (const [sentence] of spared) {
      if (!PROMISE.test(sentence)) problems.push(`${page}: sounds like no promise: ${sentence}`);
    }
    for (const title of rows.flatMap(([, ...named]) => named)) {
      const count = titles.get(title) ?? 0;
      if (count !== 1)
        problems.push(`${page}: ${count === 0 ? 'no test' : `${count} tests`} with the title: ${title}`);
    }
    const said = [...rows, ...spared].map(([sentence]) => sentence);
    for (const sentence of promisesOf(text)) {
      const covered = said.some((one) => sentence.includes(one) || one.includes(sentence));
      if (!covered) problems.push(`${page}: a promise without a proof: ${sentence}`);
    }
  }
  return problems;
}

/** Sentences of a page that promise something: a row of a table counts as one. */
export function promisesOf(page: string): string[] {
  return blocksOf(written(page))
    .flatMap((block) => (block.startsWith('|') ? [block] : block.split(/(?<=[.!?](?:\*\*)?)\s+/)))
    .filter((sentence) => PROMISE.test(sentence.replaceAll(/`[^`]*`/g, '')));
}

/** Text of a page with each block on one line. */
function flowing(page: string): string {
  return blocksOf(page).join('\n');
}

/** Paragraphs, items of lists and rows of tables, one line each; no headings, code or comments. */
function blocksOf(page: string): string[] {
  return page
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/^#+ .*$/gm, '')
    .replaceAll(/^> ?/gm, '')
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=\|)/)
    .map((block) =>
      block
        .replaceAll(/\s+/g, ' ')
        .replace(/^ ?(?:[-*]|\d+\.) /, '')
        .trim(),
    )
    .filter((block) => block !== '' && !/^\|[-| ]*$/.test(block));
}
