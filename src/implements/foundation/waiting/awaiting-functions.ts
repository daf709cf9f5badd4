/** Maximum number of functions that are looked at. */
const MAX_FRAMES = 200;

/**
 * Names of the functions that wait for the async function that calls this, innermost first: the engine knows for each
 * promise which function awaits it, and shows it in the stack of an error. Empty where stacks were changed or frozen.
 *
 * Only to be called after an `await`: before it, callers are listed that do not wait.
 */
export function awaitingFunctions(): readonly string[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    const holder: { stack?: unknown } = {};
    Error.stackTraceLimit = MAX_FRAMES;
    Error.prepareStackTrace = (_error, sites) => sites.map((site) => site.getFunctionName() ?? '');
    Error.captureStackTrace(holder, awaitingFunctions);
    return Array.isArray(holder.stack) ? (holder.stack as string[]) : [];
  } catch {
    return [];
  } finally {
    restore(prepareStackTrace, stackTraceLimit);
  }
}

function restore(prepare: typeof Error.prepareStackTrace, limit: number): void {
  try {
    Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = limit;
  } catch {
    // Frozen: nothing was changed.
  }
}
