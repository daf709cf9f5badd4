/** Exit codes of every command. */
export const EXIT = {
  /** Done. */
  done: 0,
  /** The answer is no: a key is absent, a check found a fault. */
  no: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The declarations are invalid. */
  configuration: 3,
  /** A server refused, was unreachable, or did not answer in time. */
  unreachable: 4,
  /** Partly done; the output has the counts. */
  partly: 5,
  /** A fault of this program. */
  fault: 70,
  interrupted: 130,
} as const;
