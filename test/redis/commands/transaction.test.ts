import { describe, expect, it } from 'vitest';
import {
  checkedCommands,
  type TransactionPlan,
  transact,
} from '../../../src/implements/redis/commands/transaction.js';
import { refusalError } from '../../../src/implements/redis/driver/refusal.js';
import {
  ArgumentError,
  ConnectionError,
  DisposedError,
  OperationError,
} from '../../../src/interfaces/errors.js';
import type { TransactionRead } from '../../../src/interfaces/redis-command.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { type Answers, RecordedLink } from './recorded-link.js';

const ABORTED = refusalError('EXECABORT Transaction discarded because of previous errors.');
const MOVED = refusalError('MOVED 5 127.0.0.1:7001');
const WRONG = refusalError('WRONGTYPE Operation against a key holding the wrong kind of value');

/** A transaction with a second to live, on a link that answers. */
function rig(plan: Partial<TransactionPlan>, answers?: Answers) {
  const clock = new ManualClock();
  const recorded = new RecordedLink(answers);
  const sent: string[] = [];
  const running = transact(recorded.link, {
    commands: [['SET', 'a', '1']],
    watch: [],
    clock,
    giveUpAt: clock.now() + 1000,
    timeoutMs: 1000,
    options: { text: undefined },
    onSend: () => sent.push(recorded.words.join(', ')),
    ...plan,
  });
  return { clock, recorded, running, sent };
}

/** The error with which a transaction ends. */
const failureOf = (running: Promise<unknown>): Promise<unknown> =>
  running.then(
    () => expect.unreachable('the transaction succeeds'),
    (error: unknown) => error,
  );

describe('steps of a transaction', () => {
  it('a transaction sends MULTI, its commands and EXEC, and returns the replies of EXEC', async () => {
    const { recorded, running, sent } = rig(
      {
        commands: [
          ['SET', 'a', '1'],
          ['INCR', 'a'],
        ],
        options: { text: true },
      },
      (words) => (words === 'EXEC' ? ['OK', 2, new Error('WRONGTYPE no')] : undefined),
    );
    expect(await running).toEqual(['OK', 2, refusalError('WRONGTYPE no')]);
    expect(recorded.words).toEqual(['MULTI', 'SET a 1', 'INCR a', 'EXEC']);
    expect(recorded.runs.every(({ options }) => options?.text === true)).toBe(true);
    expect(sent).toEqual(['']);
  });

  it('a transaction with watched keys watches them first, and is null when one of them changed', async () => {
    const { recorded, running, sent } = rig({ watch: ['a', 'b'] }, (words) =>
      words === 'EXEC' ? null : undefined,
    );
    expect(await running).toBeNull();
    expect(recorded.words).toEqual(['WATCH a b', 'MULTI', 'SET a 1', 'EXEC']);
    expect(sent).toEqual(['WATCH a b']);
  });

  it('a transaction without commands sends nothing that changes, and releases what it watched', async () => {
    const watching = rig({ commands: [], watch: ['a'] });
    expect(await watching.running).toEqual([]);
    expect(watching.recorded.words).toEqual(['WATCH a', 'UNWATCH']);
    const empty = rig({ commands: [] });
    expect(await empty.running).toEqual([]);
    expect(empty.recorded.words).toEqual([]);
    expect([...watching.sent, ...empty.sent]).toEqual([]);
  });

  it('each step of a transaction has the time that is left, and a millisecond at least', async () => {
    const clock = new ManualClock();
    const { recorded, running } = rig({ clock, giveUpAt: clock.now() + 1000, watch: ['a'] }, (words) => {
      if (words === 'WATCH a') clock.advance(300);
      if (words === 'MULTI') clock.advance(5000);
      return words === 'EXEC' ? [] : undefined;
    });
    await running;
    expect(recorded.runs.map(({ timeoutMs }) => timeoutMs)).toEqual([1000, 700, 1, 1]);
  });

  it('a transaction whose MULTI is refused sends none of its commands', async () => {
    const { recorded, running } = rig({}, (words) => (words === 'MULTI' ? WRONG : undefined));
    expect(await failureOf(running)).toBe(WRONG);
    expect(recorded.words).toEqual(['MULTI']);
  });
});

describe('decision of a transaction', () => {
  it('a transaction that reads first sends the commands that its function returns', async () => {
    const { recorded, running } = rig(
      {
        commands: async (read) => {
          const value = await read(['GET', 'a']);
          return [['SET', 'b', String(value)]];
        },
        watch: ['a'],
      },
      (words) => (words === 'GET a' ? '7' : words === 'EXEC' ? ['OK'] : undefined),
    );
    expect(await running).toEqual(['OK']);
    expect(recorded.words).toEqual(['WATCH a', 'GET a', 'MULTI', 'SET b 7', 'EXEC']);
  });

  it.each([
    [undefined, undefined, undefined],
    [true, undefined, true],
    [true, 'bytes', false],
    [undefined, 'text', true],
  ] as const)(
    'a read in a transaction with text %s and the reply %s asks for text: %s',
    async (text, reply, expected) => {
      const { recorded, running } = rig({
        commands: async (read) => {
          await read(['GET', 'a'], reply === undefined ? undefined : { reply });
          return [];
        },
        options: { text, asking: true },
      });
      await running;
      expect(recorded.runs).toEqual([
        { words: 'GET a', timeoutMs: 1000, options: { text: expected, asking: true } },
      ]);
    },
  );

  it('a read after the decision is refused, because the link may belong to another caller', async () => {
    let late: TransactionRead | undefined;
    const { running } = rig({
      commands: async (read) => {
        late = read;
        return [];
      },
    });
    await running;
    await expect(late?.(['GET', 'a'])).rejects.toThrow(
      new DisposedError('this transaction accepts no more reads'),
    );
  });

  it('a read of a transaction that has failed is refused as well', async () => {
    let late: TransactionRead | undefined;
    const { running, recorded } = rig({
      commands: async (read) => {
        late = read;
        throw new RangeError('not today');
      },
    });
    expect(await failureOf(running)).toEqual(new RangeError('not today'));
    await expect(late?.(['GET', 'a'])).rejects.toThrow(DisposedError);
    expect(recorded.words).toEqual([]);
  });

  it('a decision that takes too long ends the transaction before anything is sent', async () => {
    const { clock, running, recorded, sent } = rig({
      commands: () => new Promise(() => {}),
      timeoutMs: 999.6,
    });
    const failed = failureOf(running);
    await Promise.resolve();
    clock.advance(1000);
    expect(await failed).toMatchObject({
      code: 'E_OPERATION_TIMEOUT',
      outcome: 'not-sent',
      message: 'the transaction was not decided within 1000 ms',
    });
    expect(recorded.words).toEqual([]);
    expect(sent).toEqual([]);
  });

  it.each([
    [undefined, 'undefined'],
    [{ 0: ['GET'] }, 'an object'],
  ])('commands of a transaction that are no list are refused: %j', async (commands, got) => {
    const message = `expected an array of commands, got ${got}`;
    expect(() => checkedCommands(commands as never)).toThrow(new ArgumentError(message));
    const { running, recorded } = rig({ commands: async () => commands as never });
    expect(await failureOf(running)).toEqual(new ArgumentError(message));
    expect(recorded.words).toEqual([]);
  });
});

describe('failed transaction', () => {
  const failing = (replies: Record<string, unknown>) =>
    failureOf(
      rig(
        {
          commands: [
            ['SET', 'a', '1'],
            ['GET', 'b'],
          ],
        },
        (words) => replies[words],
      ).running,
    );

  it('a refused command is the reason of the refused EXEC', async () => {
    const error = await failing({ 'GET b': WRONG, EXEC: ABORTED });
    expect(error).toMatchObject({
      code: 'E_OPERATION_REFUSED',
      outcome: 'refused',
      reason: 'EXECABORT',
      message: `${ABORTED.message} (${WRONG.message})`,
    });
  });

  it('a redirection of a command is the error of its transaction, so that it is followed', async () => {
    expect(await failing({ 'GET b': MOVED, EXEC: ABORTED })).toBe(MOVED);
    expect(await failing({ 'SET a 1': MOVED, EXEC: WRONG })).toBe(MOVED);
  });

  it('an EXEC that failed for another reason keeps its error, whatever happened to the commands', async () => {
    expect(await failing({ 'GET b': WRONG, EXEC: MOVED })).toBe(MOVED);
    const lost = new ConnectionError('E_CONNECTION_LOST', 'the connection to Redis broke', 'unknown');
    expect(await failing({ 'GET b': lost, EXEC: ABORTED })).toBe(ABORTED);
    expect(await failing({ 'GET b': WRONG, EXEC: lost })).toBe(lost);
    expect(await failing({ EXEC: ABORTED })).toBe(ABORTED);
    expect(OperationError.is(ABORTED)).toBe(true);
  });
});
