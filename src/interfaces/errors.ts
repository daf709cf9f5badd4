/**
 * Errors, by who must act. Codes are API and stay; messages are for people and may change.
 * `instanceof` and the static `is` recognise an error of another installed copy of this package too.
 */

const BRAND = Symbol.for('inversify-cache.error');
const ROOT = 'ComponentError';

type ErrorClass = abstract new (...args: never[]) => Error;
type InstanceOf<C extends ErrorClass> = C extends abstract new (...args: never[]) => infer I ? I : never;

/** Does the prototype chain of a value hold the brand that this class itself carries? Every brand is one of the root. */
function carriesBrand(errorClass: { readonly prototype: object }, value: unknown): boolean {
  const brand: unknown = Object.getOwnPropertyDescriptor(errorClass.prototype, BRAND)?.value;
  if (brand === undefined || typeof value !== 'object' || value === null) return false;
  for (let step: unknown = value; step !== null; step = Object.getPrototypeOf(step)) {
    const found: unknown = Object.getOwnPropertyDescriptor(step, BRAND)?.value;
    if (found === brand || (found !== undefined && brand === ROOT)) return true;
  }
  return false;
}

/** `instanceof` by brand; a subclass that somebody else made has no brand of its own and is asked the ordinary way. */
function isInstance(errorClass: { readonly prototype: object }, value: unknown): boolean {
  return Object.hasOwn(errorClass.prototype, BRAND)
    ? carriesBrand(errorClass, value)
    : Function.prototype[Symbol.hasInstance].call(errorClass, value);
}

/** Gives a class its fixed name and its brand: here, and not in the constructor, so that minifiers do no harm. */
function brand(errorClass: { readonly prototype: object }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(errorClass.prototype, BRAND, { value: name });
}

/** Every error that this package makes. */
export type ComponentErrorCode =
  | ConfigurationErrorCode
  | 'E_COMPONENT_NOT_FOUND'
  | ResolutionErrorCode
  | 'E_ARGUMENT'
  | ConnectionErrorCode
  | OperationErrorCode
  | CodecErrorCode
  | 'E_DISPOSED';

/** The root: catches everything that this package throws, `ArgumentError` included. */
export abstract class ComponentError extends Error {
  /** What happened, stable across versions. */
  abstract readonly code: ComponentErrorCode;

  /** Whether a value is an error of this class, made by any installed copy of the package. */
  static is<C extends ErrorClass>(this: C, value: unknown): value is InstanceOf<C> {
    return isInstance(this, value);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isInstance(this, value);
  }
}
brand(ComponentError, ROOT);

/** One problem of a declaration file. */
export interface ConfigurationIssue {
  /** The file, or `<text>`. */
  readonly source: string;
  /** From 1; 0 where no place can be named (a file that cannot be read). */
  readonly line: number;
  /** From 1; 0 where no place can be named. */
  readonly column: number;
  /** Path inside the file, such as `[0].port`; empty for the file as a whole. */
  readonly path: string;
  /** What was expected and what came. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

export type ConfigurationErrorCode =
  | 'E_CONFIG_READ'
  | 'E_CONFIG_FORMAT'
  | 'E_CONFIG_SYNTAX'
  | 'E_CONFIG_ENV'
  | 'E_CONFIG_SCHEMA';

/** The operator must act: what was declared cannot be used. */
export class ConfigurationError extends ComponentError {
  /** Every problem that was found, in the order of the file; at least one. */
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

/** `file:line:column path: message (hint)`. */
function formatIssue({ source, line, column, path, message, hint }: ConfigurationIssue): string {
  const place = line > 0 ? `${source}:${line}:${column}` : source;
  return `${place}${path === '' ? '' : ` ${path}`}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** The integrator must act: nothing is registered under this interface and name. */
export class ComponentNotFoundError extends ComponentError {
  readonly code = 'E_COMPONENT_NOT_FOUND';
}
brand(ComponentNotFoundError, 'ComponentNotFoundError');

export type ResolutionErrorCode = 'E_CLASS_UNKNOWN' | 'E_INTERFACE_UNKNOWN' | 'E_CYCLE' | 'E_PEER_MISSING';

/** The integrator must act: a class, an interface or a package that was named cannot be had. */
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

/** The programmer must act: an argument is not what the port asks for. Nothing was done. */
export class ArgumentError extends TypeError {
  readonly code = 'E_ARGUMENT';

  /** Whether a value is an `ArgumentError`, made by any installed copy of the package. */
  static is<C extends ErrorClass>(this: C, value: unknown): value is InstanceOf<C> {
    return isInstance(this, value);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isInstance(this, value);
  }
}
brand(ArgumentError, 'ArgumentError');

/**
 * What is known of a command that failed: `not-sent` (will never be executed; safe to repeat), `unknown` (was
 * written; may have been executed, or may still be), `refused` (the server said no).
 */
export type Outcome = 'not-sent' | 'unknown' | 'refused';

export type ConnectionErrorCode =
  | 'E_CONNECTION_REFUSED'
  | 'E_CONNECTION_LOST'
  | 'E_CONNECTION_AUTH'
  | 'E_CONNECTION_TIMEOUT'
  | 'E_CIRCUIT_OPEN'
  | 'E_OVERLOADED';

/** The infrastructure: there is no connection to run this on, or it broke. */
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

export type OperationErrorCode = 'E_OPERATION_TIMEOUT' | 'E_OPERATION_REFUSED' | 'E_ABORTED';

/** The infrastructure: this one operation did not end well. */
export class OperationError extends ComponentError {
  /**
   * First word of the server's refusal (`OOM`, `WRONGTYPE`, `NOPERM`, …); `undefined` unless it refused.
   */
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

/** The programmer must act: a value cannot be turned into bytes, or bytes into a value. */
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

/** The programmer must act: the component was used after it was closed. */
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
