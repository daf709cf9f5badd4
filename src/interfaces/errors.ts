/**
 * Errors, classified by the party that must act. Codes are API and stable; messages are for people and may change.
 * `instanceof` and the static `is` also recognise errors of another installed copy of this package.
 */

const BRAND = Symbol.for('inversify-cache.error');
const ROOT = 'ComponentError';

type ErrorClass = abstract new (...args: never[]) => Error;
type InstanceOf<C extends ErrorClass> = C extends abstract new (...args: never[]) => infer I ? I : never;

/** Looks for the brand of a class in the prototype chain of a value; every brand also counts as that of the root. */
function carriesBrand(errorClass: { readonly prototype: object }, value: unknown): boolean {
  const brand: unknown = Object.getOwnPropertyDescriptor(errorClass.prototype, BRAND)?.value;
  if (brand === undefined || typeof value !== 'object' || value === null) return false;
  for (let step: unknown = value; step !== null; step = Object.getPrototypeOf(step)) {
    const found: unknown = Object.getOwnPropertyDescriptor(step, BRAND)?.value;
    if (found === brand || (found !== undefined && brand === ROOT)) return true;
  }
  return false;
}

/** Implements `instanceof` by brand; an application's subclass has no brand of its own and gets the ordinary check. */
function isInstance(errorClass: { readonly prototype: object }, value: unknown): boolean {
  return Object.hasOwn(errorClass.prototype, BRAND)
    ? carriesBrand(errorClass, value)
    : Function.prototype[Symbol.hasInstance].call(errorClass, value);
}

/** Sets the name and the brand of a class here, not from `constructor.name`, which a minifier would change. */
function brand(errorClass: { readonly prototype: object }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(errorClass.prototype, BRAND, { value: name });
}

/** Codes of all errors of this package. */
export type ComponentErrorCode =
  | ConfigurationErrorCode
  | 'E_COMPONENT_NOT_FOUND'
  | ResolutionErrorCode
  | 'E_ARGUMENT'
  | ConnectionErrorCode
  | OperationErrorCode
  | CodecErrorCode
  | 'E_DISPOSED';

/**
 * Root class: matches every error that this package throws, `ArgumentError` included.
 *
 * @example
 * ```ts
 * if (ComponentError.is(error)) console.log(error.name, error.code); // ConnectionError E_CONNECTION_REFUSED
 * ```
 */
export abstract class ComponentError extends Error {
  /** Kind of failure, stable across versions. */
  abstract readonly code: ComponentErrorCode;

  /** Recognises an error of this class, created by any installed copy of the package. */
  static is<C extends ErrorClass>(this: C, value: unknown): value is InstanceOf<C> {
    return isInstance(this, value);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isInstance(this, value);
  }
}
brand(ComponentError, ROOT);

/** One problem in a declaration file. */
export interface ConfigurationIssue {
  /** Path of the file, or `<text>`. */
  readonly source: string;
  /** Line, from 1; 0 when the problem has no position (a file that cannot be read). */
  readonly line: number;
  /** Column, from 1; 0 when the problem has no position. */
  readonly column: number;
  /** Path inside the file, such as `[0].port`; empty for the whole file. */
  readonly path: string;
  /** Description of the problem, such as `expected …, got …`. */
  readonly message: string;
  /** Suggested fix. */
  readonly hint?: string;
}

export type ConfigurationErrorCode =
  | 'E_CONFIG_READ'
  | 'E_CONFIG_FORMAT'
  | 'E_CONFIG_SYNTAX'
  | 'E_CONFIG_ENV'
  | 'E_CONFIG_SCHEMA';

/**
 * The operator must act: the declarations cannot be used.
 *
 * @example
 * ```ts
 * if (ConfigurationError.is(error)) {
 *   for (const { line, path, message } of error.issues) console.log(line, path, message); // All problems at once.
 * }
 * ```
 */
export class ConfigurationError extends ComponentError {
  /** All problems found, in file order; at least one. */
  readonly issues: readonly ConfigurationIssue[];

  constructor(
    readonly code: ConfigurationErrorCode,
    issues: readonly ConfigurationIssue[],
    options?: ErrorOptions,
  ) {
    super(issues.map(formatIssue).join('\n'), options);
    this.issues = Object.freeze(issues.map((issue) => Object.freeze({ ...issue })));
  }
}
brand(ConfigurationError, 'ConfigurationError');

/** Formats an issue as `file:line:column path: message (hint)`. */
function formatIssue({ source, line, column, path, message, hint }: ConfigurationIssue): string {
  const place = line > 0 ? `${source}:${line}:${column}` : source;
  return `${place}${path === '' ? '' : ` ${path}`}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/**
 * The integrator must act: nothing is registered under this interface and name.
 *
 * @example
 * ```ts
 * if (ComponentNotFoundError.is(error)) console.log(error.message); // Names what was asked for, and what exists.
 * ```
 */
export class ComponentNotFoundError extends ComponentError {
  readonly code = 'E_COMPONENT_NOT_FOUND';
}
brand(ComponentNotFoundError, 'ComponentNotFoundError');

export type ResolutionErrorCode = 'E_CLASS_UNKNOWN' | 'E_INTERFACE_UNKNOWN' | 'E_CYCLE' | 'E_PEER_MISSING';

/**
 * The integrator must act: a declared class, interface or package cannot be resolved.
 *
 * @example
 * ```ts
 * if (ResolutionError.is(error)) console.log(error.code, error.message); // E_CLASS_UNKNOWN … did you mean MemoryCache?
 * ```
 */
export class ResolutionError extends ComponentError {
  constructor(
    readonly code: ResolutionErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
brand(ResolutionError, 'ResolutionError');

/**
 * The programmer must act: an argument violates the contract of the port. Nothing was done.
 *
 * @example
 * ```ts
 * if (ArgumentError.is(error)) console.log('a bug of the caller:', error.message); // A TypeError too.
 * ```
 */
export class ArgumentError extends TypeError {
  readonly code = 'E_ARGUMENT';

  /** Recognises an `ArgumentError` created by any installed copy of the package. */
  static is<C extends ErrorClass>(this: C, value: unknown): value is InstanceOf<C> {
    return isInstance(this, value);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isInstance(this, value);
  }
}
brand(ArgumentError, 'ArgumentError');

/**
 * Fate of a command that failed: `not-sent` (will never be executed; safe to retry), `unknown` (was written; may have
 * been executed, or may still be), `refused` (the server answered with an error).
 */
export type Outcome = 'not-sent' | 'unknown' | 'refused';

export type ConnectionErrorCode =
  | 'E_CONNECTION_REFUSED'
  | 'E_CONNECTION_LOST'
  | 'E_CONNECTION_AUTH'
  | 'E_CONNECTION_TIMEOUT'
  | 'E_CIRCUIT_OPEN'
  | 'E_OVERLOADED';

/**
 * The infrastructure failed: there is no connection for this call, or it broke.
 *
 * @example
 * ```ts
 * if (ConnectionError.is(error) && error.outcome === 'not-sent') console.log('safe to repeat:', error.code);
 * ```
 */
export class ConnectionError extends ComponentError {
  constructor(
    readonly code: ConnectionErrorCode,
    message: string,
    readonly outcome: Outcome,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
brand(ConnectionError, 'ConnectionError');

export type OperationErrorCode =
  | 'E_OPERATION_TIMEOUT'
  | 'E_OPERATION_REFUSED'
  | 'E_ABORTED'
  | 'E_LOCK_BUSY'
  | 'E_LOCK_LOST'
  | 'E_REPLICATION';

/**
 * The infrastructure failed this one operation: it was refused, timed out or was aborted, its lock was busy or lost, or
 * too few replicas confirmed it.
 *
 * @example
 * ```ts
 * if (OperationError.is(error) && error.outcome === 'unknown') console.log('may have run:', error.code);
 * ```
 */
export class OperationError extends ComponentError {
  /** First word of the server's error reply (`OOM`, `WRONGTYPE`, `NOPERM`, …); `undefined` for any other failure. */
  readonly reason: string | undefined;

  constructor(
    readonly code: OperationErrorCode,
    message: string,
    readonly outcome: Outcome,
    options?: ErrorOptions & { readonly reason?: string },
  ) {
    super(message, options);
    this.reason = options?.reason;
  }
}
brand(OperationError, 'OperationError');

export type CodecErrorCode = 'E_ENCODE' | 'E_DECODE';

/**
 * The programmer must act: a value cannot be encoded, or bytes cannot be decoded.
 *
 * @example
 * ```ts
 * if (CodecError.is(error)) console.log('cannot be stored:', error.message); // E_ENCODE; nothing was done.
 * ```
 */
export class CodecError extends ComponentError {
  constructor(
    readonly code: CodecErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
brand(CodecError, 'CodecError');

/**
 * The programmer must act: the component was used after it was closed.
 *
 * @example
 * ```ts
 * if (DisposedError.is(error)) console.log('used after close:', error.message);
 * ```
 */
export class DisposedError extends ComponentError {
  readonly code = 'E_DISPOSED';

  constructor(
    message: string,
    readonly outcome: Outcome = 'not-sent',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
brand(DisposedError, 'DisposedError');
