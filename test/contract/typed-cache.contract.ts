import { type Runner, runLaws } from './law.js';
import { byteLaws } from './typed-cache/byte.laws.js';
import { failureLaws } from './typed-cache/failure.laws.js';
import { flightLaws } from './typed-cache/flight.laws.js';
import { graceLaws } from './typed-cache/grace.laws.js';
import { invalidationLaws } from './typed-cache/invalidation.laws.js';
import { leaseLaws } from './typed-cache/lease.laws.js';
import { lifeLaws } from './typed-cache/life.laws.js';
import { loaderLaws } from './typed-cache/loader.laws.js';
import { manyLaws } from './typed-cache/many.laws.js';
import { observationLaws } from './typed-cache/observation.laws.js';
import { optionLaws } from './typed-cache/option.laws.js';
import { refreshLaws } from './typed-cache/refresh.laws.js';
import type { TypedLaw, TypedSubject } from './typed-cache/subject.js';
import { tagLaws } from './typed-cache/tag.laws.js';
import { timeoutLaws } from './typed-cache/timeout.laws.js';
import { valueLaws } from './typed-cache/value.laws.js';

/** What `ITypedCache` promises, a sentence a law. */
export const typedLaws: readonly TypedLaw[] = [
  ...valueLaws,
  ...flightLaws,
  ...loaderLaws,
  ...manyLaws,
  ...invalidationLaws,
  ...lifeLaws,
  ...graceLaws,
  ...refreshLaws,
  ...timeoutLaws,
  ...leaseLaws,
  ...tagLaws,
  ...optionLaws,
  ...byteLaws,
  ...failureLaws,
  ...observationLaws,
];

/** Runs the laws of `ITypedCache` against an implementation. */
export function typedCacheContract(runner: Runner, subject: TypedSubject): void {
  runLaws(runner, typedLaws, subject);
}

/** Those laws only that tell what becomes of calls while the store fails. */
export function typedOutageContract(runner: Runner, subject: TypedSubject): void {
  const laws = typedLaws.filter(({ needs }) => needs.includes('outage'));
  runLaws(runner, laws, subject);
}
