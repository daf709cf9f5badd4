import { describe, expect, it } from 'vitest';
import { Requests } from '../../../src/implements/redis/commands/requests.js';
import { refusalError } from '../../../src/implements/redis/driver/refusal.js';
import type { UseOptions } from '../../../src/implements/redis/link/exclusive-links.js';
import type { Link } from '../../../src/implements/redis/link/link.js';
import type { RouteOptions, Topology } from '../../../src/implements/redis/topology/topology.js';
import { ArgumentError, ConnectionError, DisposedError } from '../../../src/interfaces/errors.js';
import type { RedisWord } from '../../../src/interfaces/redis-command.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { type Answers, RecordedLink } from './recorded-link.js';

const TIMEOUT_MS = 1000;
const MOVED = refusalError('MOVED 5 127.0.0.1:7001');
const WRONG = refusalError('WRONGTYPE Operation against a key holding the wrong kind of value');
const NO_NODE = new ConnectionError('E_CONNECTION_REFUSED', 'no node is known', 'not-sent');

interface RigOptions {
  readonly sharded?: boolean;
  /** Answers of the topology, and of each of its masters. */
  readonly answers?: Answers;
  readonly masters?: readonly Answers[];
}

/** Requests on a topology that records them; `routed` is what it ran by itself. */
function rig({ sharded = false, answers, masters = [() => undefined] }: RigOptions = {}) {
  const clock = new ManualClock();
  const routed = new RecordedLink(answers);
  const nodes = masters.map((each) => new RecordedLink(each));
  const carriers: RecordedLink[] = [];
  const asked: (RedisWord | undefined)[] = [];
  const uses: { key: RedisWord | undefined; options: UseOptions }[] = [];
  const dedicated = new RecordedLink(answers);
  const known = nodes.map((node) => ({
    run: node.run.bind(node),
    /** A link of its own for each look, as a node picks one. */
    get carrier() {
      const carrier = new RecordedLink(masters[nodes.indexOf(node)]);
      carriers.push(carrier);
      return carrier;
    },
  }));
  const topology = {
    sharded,
    masters: known,
    run: (words: readonly RedisWord[], timeoutMs: number, options?: RouteOptions) =>
      routed.run(words, timeoutMs, options),
    nodeOf: (key: RedisWord | undefined) => {
      asked.push(key);
      if (known.length === 0) throw NO_NODE;
      return known[key === 'other' ? 1 : 0];
    },
    exclusively: (
      key: RedisWord | undefined,
      options: UseOptions,
      task: (link: Link) => Promise<unknown>,
    ) => {
      uses.push({ key, options });
      return task(dedicated.link);
    },
  };
  const requests = new Requests(topology as unknown as Topology, clock, TIMEOUT_MS);
  return { clock, requests, routed, nodes, carriers, asked, uses, dedicated };
}

/** A value of a type that the compiler would refuse. */
const wrong = (value: unknown) => value as never;

/** The error with which a call ends. */
const failureOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => expect.unreachable('the call succeeds'),
    (error: unknown) => error,
  );

describe('route of a command', () => {
  it('a command without options has the timeout of the connection, and no route', async () => {
    const { requests, routed } = rig({ sharded: true });
    expect(await requests.execute(['GET', 'a'], undefined)).toBe('OK');
    expect(routed.runs).toEqual([{ words: 'GET a', timeoutMs: 1000, options: undefined }]);
  });

  it('a command with options of no effect on its route has none', async () => {
    const { requests, routed } = rig();
    await requests.execute(['GET', 'a'], { timeout: 50, keys: ['a'], readOnly: true, reply: 'bytes' });
    expect(routed.runs).toEqual([{ words: 'GET a', timeoutMs: 50, options: undefined }]);
  });

  it('a command for text, or with a signal, has a route on every topology', async () => {
    const { requests, routed } = rig();
    const { signal } = new AbortController();
    await requests.execute(['GET', 'a'], { reply: 'text', readOnly: true });
    await requests.execute(['GET', 'b'], { signal });
    expect(routed.runs.map(({ options }) => options)).toEqual([
      { key: undefined, readOnly: true, signal: undefined, text: true },
      { key: undefined, readOnly: undefined, signal, text: false },
    ]);
  });

  it('a command of a sharded topology is routed by its first key', async () => {
    const { requests, routed } = rig({ sharded: true });
    await requests.execute(['MGET', '{a}1', '{a}2'], { keys: ['{a}1', '{a}2'] });
    await requests.execute(['PING'], { keys: [], reply: 'text' });
    await requests.execute(['PING'], { reply: 'text' });
    expect(routed.runs.map(({ options }) => (options as RouteOptions | undefined)?.key)).toEqual([
      '{a}1',
      undefined,
      undefined,
    ]);
  });

  it('keys in several slots are refused by a sharded topology only', async () => {
    const keys = ['{a}1', '{a}2', 'b'];
    const { requests, routed } = rig({ sharded: true });
    expect(() => requests.execute(['MGET', ...keys], { keys })).toThrow(
      new ArgumentError('expected keys in one slot, got keys in several; give them a common hash tag {…}'),
    );
    expect(() => requests.execute(['GET', 'a'], { keys: wrong('a') })).toThrow(
      new ArgumentError('expected keys as an array, got a string of 1 character'),
    );
    expect(routed.runs).toEqual([]);
    const single = rig();
    await single.requests.execute(['MGET', ...keys], { keys });
    expect(single.routed.words).toEqual(['MGET {a}1 {a}2 b']);
  });
});

describe('pipeline of commands', () => {
  it('the commands of a pipeline share one link of each node, in their order', async () => {
    const { requests, carriers } = rig({ sharded: true, masters: [() => 'one', () => 'two'] });
    const keyed = (key: string) => ({ command: ['GET', key], keys: [key] });
    expect(await requests.pipeline([keyed('a'), keyed('other'), keyed('b')], { timeout: 70 })).toEqual([
      'one',
      'two',
      'one',
    ]);
    expect(carriers.map(({ words }) => words)).toEqual([['GET a', 'GET b'], ['GET other']]);
    expect(carriers[0]?.runs.map(({ timeoutMs }) => timeoutMs)).toEqual([70, 70]);
  });

  it('a command of a pipeline that fails is a result, and the others succeed', async () => {
    const { requests, routed } = rig({ masters: [(words) => (words === 'GET b' ? WRONG : words)] });
    const results = await requests.pipeline(['a', 'b', 'c'].map((key) => ({ command: ['GET', key] })));
    expect(results).toEqual(['GET a', WRONG, 'GET c']);
    expect(routed.runs).toEqual([]);
  });

  it('a redirected command of a pipeline is followed by the topology, within the time that is left', async () => {
    const clocks: ManualClock[] = [];
    const answers: Answers = () => {
      clocks[0]?.advance(400);
      return MOVED;
    };
    const { requests, routed, clock } = rig({ sharded: true, answers: () => 'found', masters: [answers] });
    clocks.push(clock);
    expect(await requests.pipeline([{ command: ['GET', 'a'], keys: ['a'] }])).toEqual(['found']);
    expect(routed.runs).toEqual([
      {
        words: 'GET a',
        timeoutMs: 600,
        options: { key: 'a', readOnly: undefined, signal: undefined, text: false },
      },
    ]);
    expect(await requests.pipeline([{ command: ['GET', 'a'], keys: ['a'] }], { timeout: 300 })).toEqual([
      'found',
    ]);
    expect(routed.runs[1]?.timeoutMs).toBe(1);
  });

  it('a pipeline on a closed connection fails as a whole', async () => {
    const closed = new DisposedError('the connection is closed');
    const { requests } = rig({ masters: [(words) => (words === 'GET b' ? closed : words)] });
    const running = requests.pipeline(['a', 'b'].map((key) => ({ command: ['GET', key] })));
    expect(await failureOf(running)).toBe(closed);
  });

  it.each([
    ['GET a', 'expected an array of commands'],
    [{ 0: {} }, 'expected an array of commands'],
    [[undefined], 'expected a command as an array of its words, got undefined'],
    [[{ command: ['GET', 'a'] }, {}], 'expected a command as an array of its words, got undefined'],
  ])(
    'a pipeline that is no list of commands is refused, and nothing is sent: %j',
    async (commands, message) => {
      const { requests, carriers } = rig();
      expect(await failureOf(requests.pipeline(wrong(commands)))).toEqual(new ArgumentError(message));
      expect(carriers).toEqual([]);
    },
  );
});

describe('request on a dedicated link', () => {
  it('a transaction runs where its watched keys and its keys are', async () => {
    const { requests, uses, dedicated } = rig({
      sharded: true,
      answers: (words) => (words === 'EXEC' ? ['OK'] : undefined),
    });
    const { signal } = new AbortController();
    await requests.transaction([['SET', 'a', '1']], { watch: ['{a}w'], keys: ['{a}k'], timeout: 80, signal });
    await requests.transaction([['SET', 'a', '1']], { keys: ['{a}k'] });
    await requests.transaction([['PING']]);
    expect(uses.map(({ key }) => key)).toEqual(['{a}w', '{a}k', undefined]);
    expect(uses[0]?.options).toMatchObject({ timeoutMs: 80, signal });
    expect(uses[1]?.options).toMatchObject({ timeoutMs: 1000, signal: undefined });
    expect(dedicated.words.slice(0, 4)).toEqual(['WATCH {a}w', 'MULTI', 'SET a 1', 'EXEC']);
    expect(dedicated.runs.map(({ timeoutMs }) => timeoutMs).slice(0, 5)).toEqual([80, 80, 80, 80, 1000]);
  });

  it('a transaction is not sent until its MULTI is, and unknown from then on', async () => {
    const outcomes: (string | undefined)[] = [];
    const { requests, uses } = rig({
      answers: (words) => {
        outcomes.push(uses[0]?.options.outcome?.());
        return words === 'EXEC' ? [] : undefined;
      },
    });
    await requests.transaction([['SET', 'a', '1']], { watch: ['a'] });
    expect(outcomes).toEqual(['not-sent', 'unknown', 'unknown', 'unknown']);
  });

  it('a transaction with wrong commands or keys is refused before it has a link', async () => {
    const { requests, uses } = rig();
    const refusal = (commands: unknown, options: object = {}) =>
      failureOf(requests.transaction(wrong(commands), options));
    expect(await refusal('GET')).toEqual(
      new ArgumentError('expected an array of commands, got a string of 3 characters'),
    );
    expect(await refusal([['BLPOP', 'a', '0']])).toBeInstanceOf(ArgumentError);
    expect(await refusal([], { watch: 'a' })).toEqual(
      new ArgumentError('expected watch as an array, got a string of 1 character'),
    );
    expect(await refusal([], { keys: 'a' })).toEqual(
      new ArgumentError('expected keys as an array, got a string of 1 character'),
    );
    expect(uses).toEqual([]);
  });

  it('a function of a transaction decides on the link, with replies as text if it asks for them', async () => {
    const { requests, dedicated } = rig({ answers: (words) => (words === 'EXEC' ? ['OK'] : 'v') });
    await requests.transaction(async (read) => [['SET', 'b', String(await read(['GET', 'a']))]], {
      reply: 'text',
    });
    expect(dedicated.words).toEqual(['GET a', 'MULTI', 'SET b v', 'EXEC']);
    expect(dedicated.runs.map(({ options }) => options?.text)).toEqual([true, true, true, true]);
  });

  it('a blocking command has its waiting time and that of a command, less what the link took', async () => {
    const { requests, uses, dedicated } = rig({ sharded: true });
    const { signal } = new AbortController();
    await requests.blocking(['BLPOP', 'a', '5'], { block: 5000, keys: ['a'], signal, reply: 'text' });
    expect(uses).toEqual([{ key: 'a', options: { timeoutMs: 1000, taskMs: 6000, signal } }]);
    expect(dedicated.runs).toEqual([{ words: 'BLPOP a 5', timeoutMs: 6000, options: { text: true } }]);
  });
});

describe('request with a script', () => {
  const script = { source: 'return 1', digest: 'abc' };
  const NOSCRIPT = refusalError('NOSCRIPT No matching script. Please use EVAL.');

  it('a script that the server knows is run by its digest', async () => {
    const { requests, routed } = rig({ sharded: true });
    expect(await requests.script(script, ['{a}k', '{a}l'], ['1'], { timeout: 90 })).toBe('OK');
    expect(routed.runs).toEqual([
      {
        words: 'EVALSHA abc 2 {a}k {a}l 1',
        timeoutMs: 90,
        options: { key: '{a}k', readOnly: undefined, signal: undefined, text: false },
      },
    ]);
  });

  it('a script that the server does not know is sent as text, within the time that is left', async () => {
    const clocks: ManualClock[] = [];
    const { requests, routed, clock } = rig({
      answers: (words) => {
        clocks[0]?.advance(300);
        return words.startsWith('EVALSHA') ? NOSCRIPT : 'done';
      },
    });
    clocks.push(clock);
    expect(await requests.script(script, [], [])).toBe('done');
    expect(routed.runs.map(({ words, timeoutMs }) => [words, timeoutMs])).toEqual([
      ['EVALSHA abc 0', 1000],
      ['EVAL return 1 0', 700],
    ]);
    await requests.script(script, [], [], { timeout: 100 });
    expect(routed.runs[3]?.timeoutMs).toBe(1);
  });

  it.each([WRONG, NO_NODE, new TypeError('a bug')])(
    'a script that fails otherwise is not sent again: %s',
    async (error) => {
      const { requests, routed } = rig({ answers: () => error });
      expect(await failureOf(requests.script(script, [], []))).toBe(error);
      expect(routed.runs).toHaveLength(1);
    },
  );

  it.each([
    [undefined, [], [], 'expected the digest of a script as a string, got undefined'],
    [{ digest: 'abc' }, [], [], 'expected the source of a script as a string, got undefined'],
    [script, 'a', [], 'expected keys as an array, got a string of 1 character'],
    [script, [], [1], 'expected arguments as strings or Buffers, got a number'],
  ])(
    'a script with wrong parts is refused, and nothing is sent: %j %j %j',
    async (given, keys, args, message) => {
      const { requests, routed } = rig();
      const running = requests.script(wrong(given), wrong(keys), wrong(args));
      expect(await failureOf(running)).toEqual(new ArgumentError(message));
      expect(routed.runs).toEqual([]);
    },
  );
});

describe('request to every master', () => {
  const page = (next: string, ...keys: string[]) => [Buffer.from(next), keys.map((key) => Buffer.from(key))];

  it('a scan visits every page of every master, and shows no empty page', async () => {
    const first: Answers = (words) => (words.startsWith('SCAN 0 ') ? page('17', 'a') : page('0'));
    const { requests, nodes, asked } = rig({ masters: [first, () => page('0', 'b', 'c')] });
    const { signal } = new AbortController();
    const pages: string[] = [];
    for await (const keys of requests.scan('x*', { signal, timeout: 40 })) pages.push(keys.join());
    expect(pages).toEqual(['a', 'b,c']);
    expect(nodes.map(({ words }) => words)).toEqual([
      ['SCAN 0 MATCH x* COUNT 512', 'SCAN 17 MATCH x* COUNT 512'],
      ['SCAN 0 MATCH x* COUNT 512'],
    ]);
    expect(nodes[1]?.runs[0]).toMatchObject({ timeoutMs: 40, options: { signal } });
    expect(asked).toEqual([]);
  });

  it('a scan of something that is no pattern is refused', async () => {
    const { requests } = rig();
    const next = requests.scan(wrong(7))[Symbol.asyncIterator]().next();
    expect(await failureOf(next)).toEqual(new ArgumentError('expected a pattern as a string, got a number'));
  });

  it('every master answers as text, and the first failure is thrown when all have answered', async () => {
    const { requests, nodes, asked } = rig({ masters: [() => 'one', () => 'two'] });
    const { signal } = new AbortController();
    const answers = await requests.askMasters(['INFO'], { signal, timeout: 60 });
    expect(answers.map(([, answer]) => answer)).toEqual(['one', 'two']);
    expect(nodes.flatMap(({ runs }) => runs)).toEqual([
      { words: 'INFO', timeoutMs: 60, options: { text: true, signal } },
      { words: 'INFO', timeoutMs: 60, options: { text: true, signal } },
    ]);
    expect(asked).toEqual([]);
    const failing = rig({ masters: [() => WRONG, () => 'two'] });
    expect(await failureOf(failing.requests.askMasters(['INFO']))).toBe(WRONG);
    expect(failing.nodes[1]?.runs[0]?.timeoutMs).toBe(1000);
  });

  it('a scan and a question fail as any command does while no master is known', async () => {
    const { requests } = rig({ masters: [] });
    expect(await failureOf(requests.scan('*')[Symbol.asyncIterator]().next())).toBe(NO_NODE);
    expect(await failureOf(requests.askMasters(['INFO']))).toBe(NO_NODE);
  });
});
