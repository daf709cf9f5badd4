import {
  ConfigurationError,
  type ConfigurationErrorCode,
  type ConfigurationIssue,
  ResolutionError,
  type ResolutionErrorCode,
} from '../../../interfaces/errors.js';
import { NOWHERE, type Place } from './place.js';

/** Source of a text that does not come from a file. */
export const NO_FILE = '<text>';

/** Maximum number of problems in an error; the rest is only counted, so a hostile file cannot flood a log. */
const MAX_LISTED = 100;

type ProblemCode = ConfigurationErrorCode | Exclude<ResolutionErrorCode, 'E_PEER_MISSING'>;

/** A problem at one place of a declaration file. */
interface Problem {
  readonly code: ProblemCode;
  readonly place: Place;
  /** Path inside the file, such as `[0].port`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Error of other code that caused it. */
  readonly cause?: unknown;
}

/** Collects the problems of one text, so that one error reports all of them. */
export class Problems {
  readonly source: string;
  readonly #problems: Problem[] = [];

  constructor(source: string) {
    this.source = source;
  }

  add(problem: Problem): void {
    this.#problems.push(problem);
  }

  /** Checks for a problem that is already reported at this path or inside it. */
  cover(path: string): boolean {
    return this.#problems.some(
      (problem) =>
        problem.path === path ||
        (/^[.[]/.test(problem.path.slice(path.length)) && problem.path.startsWith(path)),
    );
  }

  /**
   * Throws when there are problems.
   *
   * The code is the common code of all problems, `E_CONFIG_SCHEMA` where they differ. The code determines the class of
   * the error.
   */
  throwIfAny(): void {
    if (this.#problems.length > 0) throw this.error();
  }

  /** Creates the error that reports all problems; requires at least one. */
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
