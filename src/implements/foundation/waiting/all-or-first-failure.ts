/**
 * Returns the results of concurrent calls. A failure is thrown only after all calls have ended, so that none is still
 * running when the caller continues.
 */
export async function allOrFirstFailure<T extends readonly unknown[] | []>(
  calls: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  const results: unknown[] = [];
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'rejected') throw result.reason;
    results.push(result.value);
  }
  return results as { -readonly [Index in keyof T]: Awaited<T[Index]> };
}
