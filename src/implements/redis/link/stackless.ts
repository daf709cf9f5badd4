/**
 * Creates an error without a stack. For a call in flight the stack would show only the event loop, and when thousands
 * of calls fail at the same moment, collecting stacks is most of the work.
 */
export function withoutStack<E extends Error>(make: () => E): E {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
