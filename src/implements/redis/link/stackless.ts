/**
 * Makes an error that says where it was made to nobody: in answers to calls that is the event loop, and when thousands of
 * them fail in one moment, looking for it is most of the work.
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
