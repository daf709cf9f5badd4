import type { IComponentSite } from '../../../interfaces/component-site.js';
import { ArgumentError, OperationError } from '../../../interfaces/errors.js';
import type {
  RunTasksOptions,
  StepReport,
  TaskFunction,
  TaskRun,
  TaskSource,
} from '../../../interfaces/task-run.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { timeOfDayText } from '../../foundation/clock/wall-time.js';
import { describe } from '../../foundation/describe.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { within } from '../../foundation/waiting/within.js';
import { parseTree } from '../text/declaration-parser.js';
import { NO_FILE, Problems } from '../text/problems.js';
import { readDeclarations, syntaxOf } from '../text/read.js';
import { flowOf, type Step } from './flow.js';
import { FlowConnections } from './flow-connections.js';
import { REDIS_TASKS } from './redis-tasks.js';
import { RunMoment } from './run-moment.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Runs steps that a YAML file lists: tasks of Redis (`redis_get`, `redis_set`, `redis_delete`, `redis_exists`,
 * `redis_expire`, `redis_incr`, `redis_hgetall`, `redis_hset`), and functions of the application. Steps have conditions
 * (`if`), and `${…}` in all values: inputs, outputs of earlier steps, variables of the environment and `now()`.
 *
 * A `redis_expire` that directly follows `redis_incr` or `redis_hset` with the same key is one step of the server with it:
 * a counter gets a life if it has none, and nothing stays without.
 *
 * @param site  Has the connections that the source does not declare itself.
 * @returns Outputs and a report of each step. A step that fails ends the run; nothing is repeated.
 * @throws {ConfigurationError} for a source that is wrong, with all problems and their places, before the first step.
 * @throws {ArgumentError} for invalid options.
 *
 * @example
 * ```ts
 * const FetchFromDB = async ({ user_id }: { user_id?: unknown }) => ({ data: { id: user_id, name: 'Ada' } });
 * const run = await runTasks(site, { file }, { inputs: { user_id: process.pid }, tasks: { FetchFromDB } });
 * ```
 */
export async function runTasks(
  site: IComponentSite,
  source: TaskSource,
  { inputs = {}, tasks = {}, env = process.env, timeout = DEFAULT_TIMEOUT_MS, signal }: RunTasksOptions = {},
): Promise<TaskRun> {
  const timeoutMs = requireDurationMs(timeout);
  if (signal?.aborted === true) throw abortError(signal, 'not-sent');
  const { text, syntax, name } = await textOfSource(source);
  const problems = new Problems(name);
  const tree = await parseTree(text, syntax, problems);
  if (tree === undefined) throw new ArgumentError('expected a list of steps, got an empty text');
  const { steps, connections } = await flowOf(tree, tasks, problems);
  const roots = new Map<string, unknown>([
    ['inputs', inputs],
    ['env', env],
    ['now', new RunMoment(timeOfDayText())],
  ]);
  const open = new FlowConnections(site, connections, roots);
  const over = new AbortController();
  const run = new Run(name, tasks, open, roots, over.signal);
  const late = (): never => {
    throw new OperationError('E_OPERATION_TIMEOUT', `the run took longer than ${timeoutMs} ms`, 'unknown');
  };
  try {
    const clock = new SystemClock();
    await within(clock, timeoutMs, run.all(steps), { late, signal }).catch((error) => run.end(error));
  } finally {
    over.abort();
    await open.close();
  }
  return run.result();
}

/** Steps on their way. */
class Run {
  readonly #name: string;
  readonly #tasks: Readonly<Record<string, TaskFunction>>;
  readonly #connections: FlowConnections;
  readonly #roots: Map<string, unknown>;
  readonly #signal: AbortSignal;
  readonly #clock = new SystemClock();
  readonly #reports: StepReport[] = [];
  readonly #outputs: Record<string, unknown> = Object.create(null);
  /** Step on its way, and its start. */
  #current: { readonly step: Step; readonly startMs: number } | undefined;
  #isOver = false;

  constructor(
    name: string,
    tasks: Readonly<Record<string, TaskFunction>>,
    connections: FlowConnections,
    roots: Map<string, unknown>,
    signal: AbortSignal,
  ) {
    this.#name = name;
    this.#tasks = tasks;
    this.#connections = connections;
    this.#roots = roots;
    this.#signal = signal;
  }

  async all(steps: readonly Step[]): Promise<void> {
    for (const [index, step] of steps.entries()) {
      if (this.#isOver) return;
      this.#current = { step, startMs: this.#clock.now() };
      try {
        if (step.condition !== undefined && !step.condition(this.#roots)) {
          this.#report('skipped');
          continue;
        }
        const outputs = await this.#run(step, steps[index + 1]);
        if (this.#isOver) return;
        this.#outputs[step.id] = outputs;
        this.#roots.set(step.id, outputs);
        this.#report('done');
      } catch (error) {
        return this.end(error);
      }
    }
    this.#isOver = true;
  }

  /** Ends the run with the failure of the step on its way. */
  end(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { step } = this.#current as { step: Step };
    const reason = error instanceof Error ? error.message : `expected an Error, got ${describe(error)}`;
    const message = `${this.#name}:${step.line} step ${step.id} (${step.task}): ${reason}`;
    this.#report('failed', { message, cause: error });
  }

  result(): TaskRun {
    const success = this.#reports.every(({ status }) => status !== 'failed');
    return { success, outputs: this.#outputs, steps: this.#reports };
  }

  async #run(step: Step, next: Step | undefined): Promise<unknown> {
    const values = step.values(this.#roots) as Record<string, unknown>;
    if (step.connection === undefined) {
      const task = this.#tasks[step.task] as TaskFunction;
      return (await task(values, { id: step.id, signal: this.#signal })) ?? {};
    }
    const connection = await this.#connections.get(step.connection);
    // `null` is refused: what has to get a life is not written without one.
    const life = isLifeOf(step, next) ? (next.values(this.#roots) as typeof values) : undefined;
    const seconds = life && (life.seconds ?? null);
    const call = { connection, values, seconds, signal: this.#signal };
    return REDIS_TASKS[step.task]?.run(call);
  }

  #report(status: StepReport['status'], failure?: Pick<StepReport, 'message' | 'cause'>): void {
    const { step, startMs } = this.#current as { step: Step; startMs: number };
    const durationMs = this.#clock.now() - startMs;
    const { id, task, line } = step;
    this.#reports.push({ id, task, line, status, durationMs, ...failure });
  }
}

/** Tells whether a step sets the life of what the one before it writes, and so belongs into the same step of the server. */
function isLifeOf(step: Step, next: Step | undefined): next is Step {
  if (next?.task !== 'redis_expire' || next.condition !== undefined) return false;
  if (step.task !== 'redis_incr' && step.task !== 'redis_hset') return false;
  return step.connection === next.connection && step.writtenKey === next.writtenKey;
}

async function textOfSource(source: TaskSource) {
  if (typeof source === 'object' && source !== null) {
    if ('file' in source && typeof source.file === 'string') {
      const { text, format } = await readDeclarations(source.file, undefined);
      return { text, syntax: syntaxOf(format, source.file), name: source.file };
    }
    if ('text' in source && typeof source.text === 'string') {
      return { text: source.text, syntax: 'yaml', name: NO_FILE } as const;
    }
  }
  throw new ArgumentError('expected { file } or { text } as the source of tasks, got something else');
}
