import assert from 'node:assert/strict';
import { it } from 'vitest';

/** Tests that every law of a port has a mutant that breaks it, and that every mutant names a law. */
export function attachmentTests(
  port: string,
  laws: readonly { readonly title: string }[],
  mutants: readonly { readonly breaks: string }[],
): void {
  it(`every law of ${port} has a mutant`, () => {
    const broken = new Set(mutants.map(({ breaks }) => breaks));
    const unproved = laws.map(({ title }) => title).filter((title) => !broken.has(title));
    assert.deepEqual(unproved, []);
  });

  it(`every mutant of ${port} names a law`, () => {
    const titles = new Set(laws.map(({ title }) => title));
    const lost = mutants.map(({ breaks }) => breaks).filter((title) => !titles.has(title));
    assert.deepEqual(lost, []);
  });
}
