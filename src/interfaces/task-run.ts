import type { Duration } from './duration.js';

/** Steps to run: a file (`.yml`, `.yaml` or `.json`), or their text as YAML. */
export type TaskSource = { readonly file: string } | { readonly text: string };

/** Circumstances of a call of a function of the application. */
export interface TaskContext {
  /** Id of the step. */
  readonly id: string;
  /** Aborted when the run is aborted, or its time is over. */
  readonly signal: AbortSignal;
}

/** Function of the application that a step names: gets its inputs, and returns its outputs by name. */
export type TaskFunction = (inputs: Readonly<Record<string, unknown>>, context: TaskContext) => unknown;

/** Options of a run. */
export interface RunTasksOptions {
  /** Values of `${inputs.x}`. */
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  /** Functions of the application, by the name that steps call. */
  readonly tasks?: Readonly<Record<string, TaskFunction>> | undefined;
  /** Values of `${env.X}`. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Maximum duration of the run. Default: 30s. */
  readonly timeout?: Duration | undefined;
  /** Ends the run: the step on its way fails, and no other begins. */
  readonly signal?: AbortSignal | undefined;
}

/** Outcome of a step. */
export interface StepReport {
  readonly id: string;
  /** Name of the task: `redis_get`, or a function of the application. */
  readonly task: string;
  /** Line in the source, from 1. */
  readonly line: number;
  /** `skipped`: its `if` was not met. A run ends with a step that `failed`. */
  readonly status: 'done' | 'skipped' | 'failed';
  readonly durationMs: number;
  /** Reason of the failure, with file, line and step; no value is shown. */
  readonly message?: string;
  /** Error of the store, of the function, or of the run. */
  readonly cause?: unknown;
}

/** Outcome of a run. */
export interface TaskRun {
  /** `false` when a step failed. */
  readonly success: boolean;
  /** Outputs of each step that was done, by its id. */
  readonly outputs: Record<string, unknown>;
  /** Steps in their order, up to one that failed. */
  readonly steps: readonly StepReport[];
}
