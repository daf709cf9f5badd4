import type { TaskFunction } from '../../../interfaces/task-run.js';
import { type DeclarationNode, type MapNode, pathOf } from '../text/node.js';
import type { Problems } from '../text/problems.js';
import { REDIS_TASKS } from './redis-tasks.js';
import { conditionOf, type Template, templateOf } from './template.js';

/** A checked step. */
export interface Step {
  readonly id: string;
  readonly task: string;
  readonly line: number;
  /** Name of a connection; `undefined` for a function of the application. */
  readonly connection: string | undefined;
  readonly condition: Template | undefined;
  readonly values: Template;
  /** Text of the key as it is written, by which `redis_expire` finds the step that it belongs to. */
  readonly writtenKey: unknown;
}

/** A checked list of steps. */
export interface Flow {
  readonly steps: readonly Step[];
  /** Options of the connections that the source declares, by their name. */
  readonly connections: ReadonlyMap<string, Template>;
}

const ID = /^[A-Za-z_][A-Za-z0-9_]*$/;
const RESERVED = new Set(['inputs', 'env', 'now', 'not', 'and', 'or', 'true', 'false', 'null', 'undefined']);

/** Reads a source that was parsed: a map with `steps`, and `connections` if it likes; or the list of the steps alone. */
export async function flowOf(
  root: DeclarationNode,
  tasks: Readonly<Record<string, TaskFunction>>,
  problems: Problems,
): Promise<Flow> {
  const reader = new FlowReader(tasks, problems);
  const connections = new Map<string, Template>();
  let list: DeclarationNode | undefined = root;
  if (root.kind === 'map') {
    list = reader.fields(root, '', ['steps'], ['connections', 'name', 'description']).get('steps');
    const declared = root.pairs.find(({ key }) => key === 'connections')?.value;
    if (declared?.kind === 'map') {
      for (const { key, value } of declared.pairs) {
        connections.set(key, await reader.values(value, `connections.${key}`, new Set(['env'])));
      }
    } else if (declared !== undefined)
      reader.refuse(declared, 'connections', 'expected a map of connections');
  }
  if (list?.kind === 'list') {
    for (const [index, item] of list.items.entries()) await reader.step(item, `steps[${index}]`, index);
  } else if (list !== undefined) reader.refuse(list, 'steps', 'expected a list of steps');
  problems.throwIfAny();
  return { steps: reader.steps, connections };
}

class FlowReader {
  readonly steps: Step[] = [];
  readonly #tasks: Readonly<Record<string, TaskFunction>>;
  readonly #problems: Problems;
  readonly #names = new Set(['inputs', 'env']);

  constructor(tasks: Readonly<Record<string, TaskFunction>>, problems: Problems) {
    this.#tasks = tasks;
    this.#problems = problems;
  }

  async step(node: DeclarationNode, path: string, index: number): Promise<void> {
    if (node.kind !== 'map')
      return this.refuse(node, path, 'expected a step, such as redis_get: {…} or task: NAME');
    const [first] = node.pairs;
    const isRedis = node.pairs.length === 1 && first !== undefined && first.key !== 'task';
    const task = isRedis ? first.key : textIn(node, 'task');
    if (task === undefined)
      return this.refuse(node, path, 'expected a step with task, the name of a function');
    if (isRedis) {
      if (!Object.hasOwn(REDIS_TASKS, task)) {
        return this.refuse(
          node,
          path,
          `expected a task of Redis (${Object.keys(REDIS_TASKS).join(', ')}), got another`,
        );
      }
      if (first.value.kind !== 'map')
        return this.refuse(first.value, pathOf(path, task), 'expected a map of options');
    } else if (!Object.hasOwn(this.#tasks, task)) {
      this.refuse(node, path, `expected the name of a function of the option tasks, got another`);
    }
    const body = isRedis ? (first.value as MapNode) : node;
    const at = isRedis ? pathOf(path, task) : path;
    const known = REDIS_TASKS[isRedis ? task : ''];
    const required = known === undefined ? ['task'] : ['connection', ...known.required];
    const optional = ['id', 'if', 'outputs', ...(known === undefined ? ['inputs'] : known.optional)];
    const fields = this.fields(body, at, required, optional);
    const id = textIn(body, 'id') ?? (ID.test(task) && !this.#names.has(task) ? task : `step_${index + 1}`);
    if (!ID.test(id) || RESERVED.has(id) || this.#names.has(id)) {
      this.refuse(body, at, 'expected an id of letters, digits and _, which no other step has');
    }
    this.#checkOutputs(fields.get('outputs'), at, known?.outputs);
    const condition = fields.get('if');
    const inputs = known === undefined ? fields.get('inputs') : undefined;
    const values = known === undefined ? inputs : onlyValues(body, [...known.required, ...known.optional]);
    this.steps.push({
      ...{ id, task, line: node.place.line },
      connection: known === undefined ? undefined : textIn(body, 'connection'),
      condition: condition && (await this.#condition(condition, pathOf(at, 'if'))),
      values: values === undefined ? () => ({}) : await this.values(values, at, this.#names),
      writtenKey: textIn(body, 'key'),
    });
    this.#names.add(id);
  }

  /** Checks the names of a map. */
  fields(node: MapNode, path: string, required: readonly string[], optional: readonly string[]) {
    const fields = new Map(node.pairs.map(({ key, value }) => [key, value]));
    for (const name of required) {
      if (!fields.has(name)) this.refuse(node, path, `expected ${name}, got nothing`);
    }
    for (const { key, value } of node.pairs) {
      if (required.includes(key) || optional.includes(key)) continue;
      this.refuse(
        value,
        pathOf(path, key),
        `expected ${[...required, ...optional].join(', ')}, got another name`,
      );
    }
    return fields;
  }

  /** Checks a value, in which `${…}` may stand at any depth. */
  async values(node: DeclarationNode, path: string, names: ReadonlySet<string>): Promise<Template> {
    if (node.kind === 'scalar') {
      const { value } = node;
      if (typeof value !== 'string') return () => value;
      return this.#checked(node, path, () => templateOf(value, names));
    }
    if (node.kind === 'list') {
      const items: Template[] = [];
      for (const [index, item] of node.items.entries()) {
        items.push(await this.values(item, pathOf(path, index), names));
      }
      return (roots) => items.map((item) => item(roots));
    }
    const fields: [string, Template][] = [];
    for (const { key, value } of node.pairs) {
      fields.push([key, await this.values(value, pathOf(path, key), names)]);
    }
    return (roots) => Object.fromEntries(fields.map(([key, value]) => [key, value(roots)]));
  }

  refuse(node: DeclarationNode, path: string, message: string): void {
    this.#problems.add({ code: 'E_CONFIG_SCHEMA', place: node.place, path, message });
  }

  async #condition(node: DeclarationNode, path: string): Promise<Template | undefined> {
    if (node.kind !== 'scalar' || node.value === null) {
      this.refuse(node, path, 'expected an expression');
      return undefined;
    }
    const { value } = node;
    if (typeof value !== 'string') return () => value;
    return this.#checked(node, path, () => conditionOf(value, this.#names));
  }

  async #checked(node: DeclarationNode, path: string, check: () => Promise<Template>): Promise<Template> {
    try {
      return await check();
    } catch (error) {
      this.refuse(node, path, (error as Error).message);
      return () => undefined;
    }
  }

  #checkOutputs(node: DeclarationNode | undefined, path: string, known: readonly string[] | undefined): void {
    if (node === undefined) return;
    if (node.kind !== 'list') {
      this.refuse(node, pathOf(path, 'outputs'), 'expected a list of names');
      return;
    }
    for (const item of node.items) {
      const name = item.kind === 'scalar' ? item.value : undefined;
      if (typeof name === 'string' && (known === undefined || known.includes(name))) continue;
      this.refuse(item, pathOf(path, 'outputs'), `expected outputs among ${known?.join(', ') ?? 'names'}`);
    }
  }
}

function textIn(node: MapNode, name: string): string | undefined {
  const value = node.pairs.find(({ key }) => key === name)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

function onlyValues(node: MapNode, names: readonly string[]): MapNode {
  return { ...node, pairs: node.pairs.filter(({ key }) => names.includes(key)) };
}
