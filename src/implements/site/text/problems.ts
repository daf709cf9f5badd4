import {
  ConfigurationError,
  type ConfigurationErrorCode,
  type ConfigurationIssue,
  ResolutionError,
  type ResolutionErrorCode,
} from '../../../interfaces/errors.js';
import { NOWHERE, type Place } from './place.js';

/** The name of a text that comes from no file. */
export const NO_FILE = '<text>';

/** More than these are counted, not listed: a hostile file shall not write megabytes into a log. */
const MAX_LISTED = 100;

type ProblemCode = ConfigurationErrorCode | Exclude<ResolutionErrorCode, 'E_PEER_MISSING'>;

/** What is wrong at one place of a declaration file. */
interface Problem {
  readonly code: ProblemCode;
  readonly place: Place;
  /** Path inside the file, such as `[0].port`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Somebody else's error behind it. */
  readonly cause?: unknown;
}

/** Collects the problems of one text, so that all of them are reported at once. */
export class Problems {
  readonly source: string;
  readonly #problems: Problem[] = [];

  constructor(source: string) {
    this.source = source;
  }

  add(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** Whether something at this path, or inside it, is reported already. */
  cover(path: string): boolean {
    return this.#problems.some(
      (problem) =>
        problem.path === path ||
        (/^[.[]/.test(problem.path.slice(path.length)) && problem.path.startsWith(path)),
    );
  }

  /**
   * Ends the load when there are problems.
   *
   * The code is the one that all problems share, and `E_CONFIG_SCHEMA` where they differ; the class of the error
   * follows from the code.
   */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw this.error();
  }

  /** The error of all problems; there must be one. */
  error(): ConfigurationError | ResolutionError {
    const inOrder = this.#problems.toSorted(
      (a, b) => a.place.line - b.place.line || a.place.column - b.place.column,
    );
    const codes = new Set(inOrder.map((problem) => problem.code));
    const [code = 'E_CONFIG_SCHEMA'] = codes.size === 1 ? codes : [];
    const causes = inOrder.flatMap(({ cause }) => (cause === undefined ? [] : [cause]));
    const options =
      causes.length === 0 ? {} : { cause: causes.length === 1 ? causes[0] : new AggregateError(causes) };
    const issues = this.#issues(inOrder);
    if (isResolutionCode(code)) {
      const report = new ConfigurationError('E_CONFIG_SCHEMA', issues);
      return new ResolutionError(code, report.message, options);
    }
    return new ConfigurationError(code, issues, options);
  }

  #issues(problems: readonly Problem[]): ConfigurationIssue[] {
    const issues = problems.slice(0, MAX_LISTED).map(
      ({ place, path, message, hint }): ConfigurationIssue => ({
        source: this.source,
        ...place,
        path,
        message,
        ...(hint !== undefined && { hint }),
      }),
    );
    const unlisted = problems.length - issues.length;
    if (unlisted > 0) {
      issues.push({
        source: this.source,
        ...NOWHERE,
        path: '',
        message: `${unlisted} more problems are not listed`,
      });
    }
    return issues;
  }
}

function isResolutionCode(code: ProblemCode): code is Exclude<ResolutionErrorCode, 'E_PEER_MISSING'> {
  return code === 'E_CLASS_UNKNOWN' || code === 'E_INTERFACE_UNKNOWN' || code === 'E_CYCLE';
}
