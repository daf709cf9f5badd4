/** The command line is wrong. */
export class UsageError extends Error {
  readonly code = 'E_USAGE';

  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
