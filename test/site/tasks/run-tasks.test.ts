// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what steps write.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { ComponentSite } from '../../../src/implements/site/component-site.js';
import { runTasks } from '../../../src/implements/site/tasks/run-tasks.js';
import { ConfigurationError, OperationError } from '../../../src/interfaces/errors.js';
import { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import type { RunTasksOptions, TaskRun } from '../../../src/interfaces/task-run.js';
import { rejectsWith } from '../../contract/expectations.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';

describe('runTasks', () => {
  let server: RedisServer;
  let site: ComponentSite;
  let connection: RedisConnection;

  beforeAll(async () => {
    server = await RedisServer.start();
    const { host, port } = server;
    connection = new RedisConnection({ host, port, loggerSite: new RecordingLoggerSite() });
    await connection.start();
    site = new ComponentSite();
    site.registerComponent(IRedisConnection, connection, 'cache');
  });
  afterAll(async () => {
    await site.close();
    await connection.close();
    await server.stop();
  });

  const run = (text: string, options?: RunTasksOptions): Promise<TaskRun> =>
    runTasks(site, { text }, options);

  /** Outputs of a run that has succeeded. */
  async function outputsOf(text: string, options?: RunTasksOptions): Promise<Record<string, unknown>> {
    const { success, outputs, steps } = await run(text, options);
    assert.ok(success, steps.at(-1)?.message);
    return JSON.parse(JSON.stringify(outputs));
  }

  /** Runs one step that makes a value of text with `${…}`. */
  async function resultOf(text: string, options?: RunTasksOptions): Promise<unknown> {
    let got: unknown;
    const value = JSON.stringify(text);
    const tasks = {
      Keep: (inputs: Record<string, unknown>) => {
        got = inputs.value;
      },
    };
    const { success, steps } = await run(`- { task: Keep, inputs: { value: ${value} } }`, {
      tasks,
      ...options,
    });
    if (!success) throw steps.at(-1)?.cause;
    return got;
  }

  it('the quick start runs over the connection that it declares', async () => {
    await server.cli('SET', 'user:7', 'Ada');
    const text = `
connections:
  cache:
    type: redis
    url: \${env.REDIS_URL}
    max_connections: 50
    decode_responses: true

steps:
  - redis_get:
      id: get_cache
      connection: cache
      key: "user:\${inputs.user_id}"
      outputs:
        - value
        - exists
`;
    const env = { REDIS_URL: `redis://${server.host}:${server.port}` };
    const found = await outputsOf(text, { env, inputs: { user_id: 7 } });
    assert.deepEqual(found, { get_cache: { value: 'Ada', exists: true } });
    assert.deepEqual(await outputsOf(text, { env, inputs: { user_id: 8 } }), {
      get_cache: { value: null, exists: false },
    });
  });

  it('the eight tasks of Redis have the outputs of their document', async () => {
    const text = `
- redis_set: { id: set_cache, connection: cache, key: "u:\${inputs.id}", value: "\${inputs.user}", ex: 3600, outputs: [success] }
- redis_get: { id: get_value, connection: cache, key: "u:1", outputs: [value, exists] }
- redis_exists: { id: check_cache, connection: cache, keys: ["u:1", "u:1", "u:9"], outputs: [count, exists] }
- redis_incr: { id: views, connection: cache, key: "views:1", amount: 5, outputs: [value] }
- redis_expire: { id: expire_key, connection: cache, key: "u:1", seconds: 1800, outputs: [success] }
- redis_hset:
    id: set_profile
    connection: cache
    key: "u:1:profile"
    mapping: { name: "\${inputs.user.name}", updated_at: "\${now()}", __age: 36 }
    outputs: [fields_set]
- redis_hgetall: { id: get_profile, connection: cache, key: "u:1:profile", outputs: [hash] }
- redis_delete: { id: clear_cache, connection: cache, keys: ["u:1", "views:1", "none"], outputs: [deleted_count] }
- redis_delete: { id: none, connection: cache, keys: [] }
`;
    const outputs = await outputsOf(text, { inputs: { id: 1, user: { name: 'Ada' } } });
    const { hash } = outputs.get_profile as { hash: Record<string, string> };
    assert.match(hash.updated_at ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    delete outputs.get_profile;
    assert.deepEqual([hash.name, hash.__age], ['Ada', '36']);
    assert.deepEqual(outputs, {
      set_cache: { success: true },
      get_value: { value: '{"name":"Ada"}', exists: true },
      check_cache: { count: 1, exists: true },
      views: { value: 5 },
      expire_key: { success: true },
      set_profile: { fields_set: 3 },
      clear_cache: { deleted_count: 2 },
      none: { deleted_count: 0 },
    });
  });

  it('cache-aside asks the database once, and skips what is cached', async () => {
    const text = `
steps:
  # Try cache first
  - redis_get:
      id: get_cache
      connection: cache
      key: "aside:\${inputs.user_id}"

  - task: FetchFromDB
    id: fetch_db
    inputs:
      user_id: "\${inputs.user_id}"
    if: "not \${get_cache.exists}"

  - redis_set:
      id: set_cache
      connection: cache
      key: "aside:\${inputs.user_id}"
      value: "\${fetch_db.data}"
      ex: 3600
      if: "not \${get_cache.exists}"
`;
    const asked: unknown[] = [];
    const FetchFromDB = async (inputs: Record<string, unknown>) => {
      asked.push(inputs.user_id);
      return { data: { id: inputs.user_id } };
    };
    const options = { inputs: { user_id: 7 }, tasks: { FetchFromDB } };
    const first = await run(text, options);
    const second = await run(text, options);
    assert.deepEqual(asked, [7]);
    assert.deepEqual(
      [first, second].map(({ steps }) => steps.map(({ status }) => status)),
      [
        ['done', 'done', 'done'],
        ['done', 'skipped', 'skipped'],
      ],
    );
    assert.deepEqual(second.outputs.get_cache, { value: '{"id":7}', exists: true });
    assert.ok(Number(await server.text('TTL', 'aside:7')) > 3590);
  });

  it('rate limiting lets as many calls through as its limit, and its counter always has a life', async () => {
    const text = `
steps:
  - redis_incr:
      id: check_rate
      connection: cache
      key: "rate:\${inputs.user_id}:\${now().hour}"
      amount: 1

  - redis_expire:
      id: set_expiry
      connection: cache
      key: "rate:\${inputs.user_id}:\${now().hour}"
      seconds: 3600

  - task: ProcessRequest
    if: "\${check_rate.value <= 100}"  # Max 100 requests/hour
`;
    let processed = 0;
    const tasks = {
      ProcessRequest: () => {
        processed += 1;
      },
    };
    const calls = Array.from({ length: 120 }, () => run(text, { inputs: { user_id: 'ada' }, tasks }));
    await Promise.all(calls);
    // The hour may have turned in between, and begun another counter.
    const keys = (await server.cli('KEYS', 'rate:ada:*')) as Buffer[];
    assert.ok(keys.length === 1 ? processed === 100 : processed >= 100);
    // A crash between both steps: the first one has set the life already.
    const [increment] = text.split('- task:');
    const stopped = (increment as string).replace('seconds: 3600', 'seconds: "${inputs.missing}"');
    const failed = await run(stopped, { inputs: { user_id: 'bob' } });
    assert.equal(failed.success, false);
    assert.deepEqual(await server.cli('KEYS', 'rate:bob:*'), [], 'nothing was counted without a life');
  });

  it('session management never leaves a session without its life', async () => {
    const text = `
steps:
  - redis_hset:
      id: save_session
      connection: cache
      key: "session:\${inputs.session_id}"
      mapping:
        user_id: "\${inputs.user_id}"
        logged_in_at: "\${now()}"

  - redis_expire:
      id: expire_session
      connection: cache
      key: "session:\${inputs.session_id}"
      seconds: 1800  # 30 min timeout
`;
    await server.cli('CONFIG', 'RESETSTAT');
    await outputsOf(text, { inputs: { session_id: 's1', user_id: 7 } });
    assert.ok(Number(await server.text('TTL', 'session:s1')) > 1790);
    assert.match(await server.text('INFO', 'commandstats'), /cmdstat_evalsha:calls=|cmdstat_eval:calls=/);
    assert.equal(await server.text('HGET', 'session:s1', 'user_id'), '7');
  });

  it('an expression reads, compares and calculates in every position', async () => {
    const inputs = { n: 3, text: 'a', list: [1, { x: 'y' }], flag: false };
    for (const [text, expected] of [
      ['${inputs.n}', 3],
      ['n is ${inputs.n}, ${inputs.text}', 'n is 3, a'],
      ['${inputs.list[1].x}', 'y'],
      ['${inputs["text"] + "}"}', 'a}'],
      ['${inputs.n * 2 + 1 > 6 and not inputs.flag}', true],
      ['${inputs.n > 5 ? "many" : "few"}', 'few'],
      ['${"not and or" == \'not and or\'}', true],
      ['${inputs.missing}', undefined],
      ['$${inputs.n}', '${inputs.n}'],
      ['${env.NAME}', 'value'],
      ['${now().year > 2000}', true],
      ['', ''],
    ] as const) {
      assert.deepEqual(await resultOf(text, { inputs, env: { NAME: 'value' } }), expected, text);
    }
  });

  it('an expression cannot reach prototypes, functions, globals or loops', async () => {
    const inputs = {
      text: 'a',
      run: () => 'called',
      get secret() {
        return 'computed';
      },
    };
    for (const text of [
      ...['${process}', '${globalThis.process}', '${this}', '${inputs.__proto__}', '${inputs.constructor}'],
      ...[
        '${inputs["constructor"]}',
        '${inputs["__pro" + "to__"]}',
        '${inputs.run()}',
        '${now().constructor}',
      ],
      ...[
        '${eval("1")}',
        '${(() => 1)()}',
        '${inputs.text = 1}',
        '${1; 2}',
        '${[1].map}',
        '${`x`}',
        '${now}',
      ],
      ...['${inputs.text + inputs}', '${-inputs.text}', '${inputs.text < 1}', '${new Date()}', '${', '${}'],
      `\${${'('.repeat(2000)}1${')'.repeat(2000)}}`,
      `\${${'!'.repeat(999)}}`,
      '${other_step.value}',
    ]) {
      await assert.rejects(resultOf(text, { inputs }), (error) => {
        assert.ok(error instanceof Error && /expected/.test(error.message), `${text}: ${error}`);
        return true;
      });
    }
    for (const text of ['${inputs.run}', '${inputs.toString}', '${inputs.secret}', '${inputs.text.length}']) {
      assert.equal(await resultOf(text, { inputs }), undefined, text);
    }
    let long = 'inputs.text';
    for (let time = 0; time < 20; time += 1) long = `${long} + inputs.text`;
    await assert.rejects(resultOf(`\${${long}}`, { inputs: { text: 'x'.repeat(100_000) } }), /at most/);
  });

  it('a source that is wrong is refused with all mistakes and their places, before the first step', async () => {
    let calls = 0;
    const text = `steps:
  - task: Count
  - redis_get: { connection: cache }
  - redis_flush: { connection: cache }
  - task: Unknown
  - redis_set: { connection: cache, key: "\${inputs.}", value: 1, px: 5 }
  - task: Count
    id: inputs
  - redis_get: { connection: cache, key: k, outputs: [hash] }
  - task: Count
    if: "\${later.value}"
`;
    const error = await rejectsWith('E_CONFIG_SCHEMA', 'the source', () =>
      run(text, {
        tasks: {
          Count: () => {
            calls += 1;
          },
        },
      }),
    );
    assert.ok(ConfigurationError.is(error));
    assert.deepEqual(
      error.issues.map(({ line }) => line),
      [3, 4, 5, 6, 6, 7, 9, 11],
    );
    assert.equal(calls, 0);
    for (const bad of ['steps: 1', '{}', '- 1', '- {}', 'steps: [', 'connections: 1\nsteps: []']) {
      await assert.rejects(run(bad), bad);
    }
    await rejectsWith('E_ARGUMENT', 'an empty text', () => run(''));
    await rejectsWith('E_ARGUMENT', 'no source', () => runTasks(site, {} as never));
  });

  it('a step that fails ends the run, and the report names file, line, step and cause', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tasks-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'flow.yml');
    await server.cli('RPUSH', 'a-list', 'x');
    writeFileSync(
      file,
      'steps:\n  - redis_get:\n      id: read\n      connection: cache\n      key: a-list\n  - task: Never\n',
    );
    let calls = 0;
    const { success, steps } = await runTasks(
      site,
      { file },
      {
        tasks: {
          Never: () => {
            calls += 1;
          },
        },
      },
    );
    assert.deepEqual([success, steps.length, calls], [false, 1, 0]);
    const [failed] = steps;
    assert.ok(failed?.message?.startsWith(`${file}:2 step read (redis_get): `), failed?.message);
    assert.ok(OperationError.is(failed?.cause) && failed.cause.reason === 'WRONGTYPE');
    const thrown = new Error('out of order');
    const tasks = { Broken: () => Promise.reject(thrown) };
    const broken = await run('- task: Broken', { tasks });
    assert.equal(broken.steps[0]?.cause, thrown);
    const unknown = await run('- redis_get: { connection: other, key: k }');
    assert.match(unknown.steps[0]?.message ?? '', /other/);
    for (const bad of ['seconds: 0', 'seconds: -1', 'seconds: soon']) {
      const wrong = await run(`- redis_expire: { connection: cache, key: a-list, ${bad} }`);
      assert.equal(wrong.success, false, bad);
    }
    assert.equal(await server.text('EXISTS', 'a-list'), '1');
  });

  it('a run ends with its signal or its time, and the function on its way hears of it', async () => {
    const heard: string[] = [];
    const waiting =
      (name: string) =>
      (_: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            heard.push(name);
            resolve({});
          });
        });
    const late = await run('- task: Wait\n- task: Wait\n  id: second', {
      tasks: { Wait: waiting('late') },
      timeout: 30,
    });
    const aborting = new AbortController();
    const running = run('- task: Wait', {
      tasks: {
        Wait: (...args) => {
          aborting.abort();
          return waiting('aborted')(...args);
        },
      },
      signal: aborting.signal,
    });
    const aborted = await running;
    assert.deepEqual(
      [late, aborted].map(({ success, steps }) => [
        success,
        steps.length,
        (steps[0]?.cause as OperationError | undefined)?.code,
      ]),
      [
        [false, 1, 'E_OPERATION_TIMEOUT'],
        [false, 1, 'E_ABORTED'],
      ],
    );
    assert.deepEqual(heard, ['late', 'aborted']);
    const error = await rejectsWith('E_ABORTED', 'an aborted run', () =>
      run('- task: Wait', { tasks: { Wait: () => 1 }, signal: AbortSignal.abort() }),
    );
    assert.equal((error as OperationError).outcome, 'not-sent');
  });
});
