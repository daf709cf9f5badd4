import { type Runner, runLaws } from '../law.js';
import { counterLaws } from './counter.laws.js';
import { jsonLaws } from './json.laws.js';
import { keyLaws } from './key.laws.js';
import { lifeLaws } from './life.laws.js';
import { refusalLaws } from './refusal.laws.js';
import { sharedLaws } from './shared.laws.js';
import type { KeyValueLaw, KeyValueSubject } from './subject.js';
import { valueLaws } from './value.laws.js';

/** Promises of `IKeyValue`, one law per sentence. */
export const keyValueLaws: readonly KeyValueLaw[] = [
  ...valueLaws,
  ...lifeLaws,
  ...counterLaws,
  ...jsonLaws,
  ...keyLaws,
  ...refusalLaws,
  ...sharedLaws,
];

/** Runs the laws of `IKeyValue` against an implementation. */
export function keyValueContract(runner: Runner, subject: KeyValueSubject): void {
  runLaws(runner, keyValueLaws, subject);
}
