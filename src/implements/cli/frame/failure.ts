import {
  ArgumentError,
  ComponentNotFoundError,
  ConfigurationError,
  ConnectionError,
  OperationError,
  ResolutionError,
} from '../../../interfaces/errors.js';
import { oneLine } from '../../foundation/one-line.js';
import { EXIT } from './exit-code.js';
import { UsageError } from './usage-error.js';

/** Words of a command that failed, and its exit code. */
export interface Failure {
  readonly exit: number;
  readonly code: string;
  /** Several lines for declarations with several problems. */
  readonly message: string;
  readonly hint: string | undefined;
}

const REACH = 'run inversify-cache doctor, which tells the causes apart';

/** Converts an error of a command. */
export function commandFailure(error: unknown): Failure {
  const failed = (exit: number, code: string, hint?: string): Failure => ({
    exit,
    code,
    message: linesOf(error),
    hint,
  });
  if (error instanceof UsageError) return failed(EXIT.usage, error.code, error.hint);
  if (ArgumentError.is(error)) return failed(EXIT.usage, error.code);
  if (ConfigurationError.is(error) || ResolutionError.is(error))
    return failed(EXIT.configuration, error.code);
  if (ComponentNotFoundError.is(error)) return failed(EXIT.usage, error.code);
  if (ConnectionError.is(error)) return failed(EXIT.unreachable, error.code, REACH);
  if (OperationError.is(error)) {
    return error.code === 'E_ABORTED'
      ? failed(EXIT.interrupted, error.code)
      : failed(EXIT.unreachable, error.code);
  }
  return failed(EXIT.fault, 'E_INTERNAL', 'this is a bug of inversify-cache: please report this message');
}

/** Texts of others may steer a terminal; problems of declarations have a line each. */
function linesOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').map(oneLine).join('\n');
}
