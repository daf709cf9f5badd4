import { type Runner, runLaws } from '../law.js';
import { byteLaws } from './byte.laws.js';
import { coverLaws } from './cover.laws.js';
import { editionLaws } from './edition.laws.js';
import { failureLaws } from './failure.laws.js';
import { flightLaws } from './flight.laws.js';
import { graceLaws } from './grace.laws.js';
import { invalidationLaws } from './invalidation.laws.js';
import { leaseLaws } from './lease.laws.js';
import { lifeLaws } from './life.laws.js';
import { loaderLaws } from './loader.laws.js';
import { manyLaws } from './many.laws.js';
import { observationLaws } from './observation.laws.js';
import { optionLaws } from './option.laws.js';
import { orderLaws } from './order.laws.js';
import { refreshLaws } from './refresh.laws.js';
import type { TypedLaw, TypedSubject } from './subject.js';
import { tagLaws } from './tag.laws.js';
import { timeoutLaws } from './timeout.laws.js';
import { valueLaws } from './value.laws.js';

/** Promises of `ITypedCache`, one law per sentence. */
export const typedLaws: readonly TypedLaw[] = [
  ...valueLaws,
  ...flightLaws,
  ...loaderLaws,
  ...manyLaws,
  ...invalidationLaws,
  ...orderLaws,
  ...lifeLaws,
  ...graceLaws,
  ...refreshLaws,
  ...timeoutLaws,
  ...leaseLaws,
  ...tagLaws,
  ...optionLaws,
  ...editionLaws,
  ...byteLaws,
  ...failureLaws,
  ...coverLaws,
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
