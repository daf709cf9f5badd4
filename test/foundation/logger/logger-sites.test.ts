import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ConsoleLoggerSite } from '../../../src/implements/foundation/logger/console-logger-site.js';
import {
  type PinoLogger,
  PinoLoggerSite,
} from '../../../src/implements/foundation/logger/pino-logger-site.js';
import { SilentLoggerSite } from '../../../src/implements/foundation/logger/silent-logger-site.js';
import { ILoggerSite, loadComponentSite, type LogLevel } from '../../../src/index.js';
import { ComponentSite, ComponentSiteBuilder, ResolutionError } from '../../../src/index.js';

const LEVELS = ['debug', 'info', 'warning', 'error'] as const;

/** A console that keeps what is written, each line with the method in front. */
function recorded() {
  const lines: string[] = [];
  const at = (method: string) => (text: string) => void lines.push(`${method} ${text}`);
  return { lines, console: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

/** A logger of pino, as far as one is used. */
function fakePino(calls: unknown[], bound: object = {}): PinoLogger {
  const at =
    (method: string) =>
    (fields: object, message: string): void =>
      void calls.push([method, { ...bound, ...fields }, message]);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => fakePino(calls, { ...bound, ...fields }),
  };
}

describe('ConsoleLoggerSite', () => {
  it('a console logger writes time, level, topic, message and attributes in one line', () => {
    const { lines, console } = recorded();
    const logger = new ConsoleLoggerSite({ level: 'debug', console }).getLogger('orders');
    for (const level of LEVELS)
      logger[level]('it is late', { order: 7, of: 'Ada', paid: false, gone: undefined });
    const shown = lines.map((line) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME'));
    assert.deepEqual(shown, [
      'debug TIME debug orders: it is late order=7 of="Ada" paid=false',
      'info TIME info orders: it is late order=7 of="Ada" paid=false',
      'warn TIME warning orders: it is late order=7 of="Ada" paid=false',
      'error TIME error orders: it is late order=7 of="Ada" paid=false',
    ]);
  });

  it.each(LEVELS.map((level, index) => [level, LEVELS.length - index] as const))(
    'a console logger of the level %s writes that level and those above',
    (level, count) => {
      const { lines, console } = recorded();
      const logger = new ConsoleLoggerSite({ level, console }).getLogger('t');
      for (const each of LEVELS) logger[each]('m');
      assert.equal(lines.length, count);
    },
  );

  it('the stack of an error and of its causes follows, and attributes stay', () => {
    const { lines, console } = recorded();
    const cause = new RangeError('far');
    const error = new TypeError('wrong', { cause });
    new ConsoleLoggerSite({ console }).getLogger('t').error('failed', { a: 1 }, error);
    const [line = ''] = lines;
    assert.match(line, /t: failed a=1\n {4}TypeError: wrong\n {4}at .*logger-sites/);
    assert.match(line, /\n {4}caused by RangeError: far\n {4}at /);
    new ConsoleLoggerSite({ console }).getLogger('t').error('failed', {}, 'text');
    assert.match(lines[1] ?? '', /\n {4}string: text$/);
  });

  it('no secret is written: attributes with such names and credentials in URLs are hidden', () => {
    const { lines, console } = recorded();
    const logger = new ConsoleLoggerSite({ console }).getLogger('t');
    const attributes = {
      password: 'hunter2',
      apiKey: 'hunter2',
      authToken: 'hunter2',
      url: 'redis://u:hunter2@h:1/0',
    };
    const error = new Error('no rediss://:hunter2@h', { cause: new Error('tcp://u:hunter2@h') });
    logger.error('cannot reach redis://u:hunter2@h', attributes, error);
    assert.ok(!lines.join().includes('hunter2'), lines.join());
    assert.ok(lines.join().includes('redis://[hidden]@h:1/0'));
  });

  it('a message cannot forge another one', () => {
    const { lines, console } = recorded();
    const error = new Error('a\n2026-01-01T00:00:00.000Z error t: forged');
    new ConsoleLoggerSite({ console }).getLogger('t\n').info('a\r\nforged\u001b[31m', { b: 'c\nd' }, error);
    const rows = lines.join('').split('\n');
    assert.match(rows[0] ?? '', /t\\u000a: a\\u000d\\u000aforged\\u001b\[31m b="c\\nd"$/);
    assert.ok(rows.slice(1).every((row) => row.startsWith('    ')));
  });
});

describe('PinoLoggerSite', () => {
  it('a logger of pino gets topic and attributes as fields, and the error as `err`', () => {
    const calls: unknown[] = [];
    const logger = new PinoLoggerSite({ logger: fakePino(calls) }).getLogger('orders');
    const error = new Error('mine, not redis://u:p@h', { cause: new Error('far') });
    logger.debug('d');
    logger.info('i', { a: 1, secret: 'x' });
    logger.warning('w', { url: 'redis://u:p@h' }, error);
    logger.error('e');
    const { err } = (calls[2] as [string, { err: { stack: string } }, string])[1];
    assert.match(
      err.stack,
      /^Error: mine, not redis:\/\/\[hidden\]@h\n {4}at [\s\S]*\n {4}caused by Error: far\n/,
    );
    const shown = { type: 'Error', message: 'mine, not redis://[hidden]@h', stack: err.stack };
    assert.deepEqual(calls, [
      ['debug', { topic: 'orders' }, 'd'],
      ['info', { topic: 'orders', a: 1, secret: '[hidden]' }, 'i'],
      ['warn', { topic: 'orders', url: 'redis://[hidden]@h', err: shown }, 'w'],
      ['error', { topic: 'orders' }, 'e'],
    ]);
  });

  it('something else than a logger of pino is refused', () => {
    assert.throws(() => new PinoLoggerSite({ logger: console as never }), { code: 'E_ARGUMENT' });
  });

  it('a declared PinoLoggerSite without pino fails the load, and says what to install', async () => {
    await using site = new ComponentSite();
    const text = '- class: PinoLoggerSite\n  entries: [{ interface: ILoggerSite }]';
    const error = await new ComponentSiteBuilder().loads(site, text).catch((reason: unknown) => reason);
    assert.ok(ResolutionError.is(error) && error.code === 'E_PEER_MISSING', String(error));
    assert.match(error.message, /npm install pino/);
  });
});

describe('SilentLoggerSite', () => {
  it('a silent logger writes nothing at any level', () => {
    const logger = new SilentLoggerSite().getLogger('t');
    for (const level of LEVELS satisfies readonly LogLevel[]) logger[level]('m', {}, new Error('x'));
  });
});

describe('declared loggers', () => {
  it('loggers are declared by class, and the default entry is that of the components', async () => {
    await using site = await loadComponentSite();
    const topics: readonly string[] = ['a', 'b'];
    const loggers = topics.map((topic) => site.getComponent(ILoggerSite, 'Builtin').getLogger(topic));
    assert.notEqual(loggers[0], loggers[1]);
    assert.equal(typeof loggers[0]?.debug, 'function');
    assert.equal(
      site.queryComponent(ILoggerSite),
      undefined,
      'nothing is printed unless the application says so',
    );
  });
});
