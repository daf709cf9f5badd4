import { CodecError } from '../../../interfaces/errors.js';
import type { IStandardSchema, StandardSchemaResult } from '../../../interfaces/standard-schema.js';
import { pathText } from '../../foundation/codecs/values/path.js';

/** Verdict of a schema: the value, which it may have converted, or the reason for refusing it. */
export type Judged<T> = { readonly value: T } | { readonly refusal: CodecError };

/** Issue of any Standard Schema; a step of its path is a property name, or an object with one. */
interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/**
 * Asks a schema about a value; a promise only with an asynchronous schema. "Absent" is no value, so it is not
 * validated, and a `null` that the schema refuses stays `null`: there is no value.
 */
export function judged<T>(
  value: unknown,
  schema: IStandardSchema | undefined,
): Judged<T> | Promise<Judged<T>> {
  if (schema === undefined || value === undefined) return { value: value as T };
  try {
    const result = schema['~standard'].validate(value);
    if (!isThenable(result)) return judgedBy(result, value);
    return Promise.resolve(result).then(
      (later) => judgedBy<T>(later, value),
      (error: unknown) => failed(error),
    );
  } catch (error) {
    return failed(error);
  }
}

/** Returns the value as the schema converts it. @throws {CodecError} `E_ENCODE` for a value that it refuses. */
export function validated<T>(value: unknown, schema: IStandardSchema | undefined): T | Promise<T> {
  const verdict = judged<T>(value, schema);
  return verdict instanceof Promise ? verdict.then(valueIn) : valueIn(verdict);
}

/** Asks a schema about several values; a promise only with an asynchronous schema. @throws as `validated`. */
export function checkAll(
  values: readonly unknown[],
  schema: IStandardSchema | undefined,
): Promise<void> | undefined {
  if (schema === undefined) return undefined;
  const verdicts = values.map((value) => judged(value, schema));
  if (verdicts.some((verdict) => verdict instanceof Promise)) {
    return Promise.all(verdicts).then((all) => all.forEach(valueIn));
  }
  for (const verdict of verdicts as Judged<unknown>[]) valueIn(verdict);
  return undefined;
}

function valueIn<T>(verdict: Judged<T>): T {
  if ('refusal' in verdict) throw verdict.refusal;
  return verdict.value;
}

function judgedBy<T>(result: StandardSchemaResult<unknown>, value: unknown): Judged<T> {
  if (!result.issues) return { value: result.value as T };
  return value === null ? { value: null as T } : { refusal: refusalBy(result.issues[0]) };
}

function refusalBy(issue: Issue | undefined): CodecError {
  const steps = (issue?.path ?? []).map((step) => {
    const key: unknown = typeof step === 'object' && step !== null ? (step as { key: unknown }).key : step;
    return typeof key === 'number' ? key : String(key);
  });
  const place = steps.length === 0 ? '' : ` at ${pathText(steps)}`;
  return new CodecError('E_ENCODE', `the schema refused the value${place}: ${String(issue?.message)}`);
}

function failed(cause: unknown): { readonly refusal: CodecError } {
  return { refusal: new CodecError('E_ENCODE', 'the schema failed on a value', { cause }) };
}

function isThenable<R>(result: R | PromiseLike<R>): result is PromiseLike<R> {
  return typeof (result as Partial<PromiseLike<R>>).then === 'function';
}
