import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardedLogger } from '../../../src/implements/foundation/logger/guarded-logger.js';
import { IncidentFilter } from '../../../src/implements/foundation/logger/incident-filter.js';
import { ProcessLoggerSite } from '../../../src/implements/foundation/logger/process-logger-site.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

describe('ProcessLoggerSite', () => {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  beforeEach(() => emit.mockClear());
  afterEach(() =>
    expect(
      emit.mock.calls.every(([, options]) => (options as { type: string }).type === 'InversifyCacheWarning'),
    ).toBe(true),
  );

  it('ProcessLoggerSite turns warnings and errors into process warnings, with code and facts, and drops the rest', () => {
    const logger = new ProcessLoggerSite(new ManualClock()).getLogger('topic');
    logger.info('no site receives this');
    logger.warning('it is slow', { code: 'E_SLOW', tookMs: 5, unknown: undefined }, new RangeError('far'));
    logger.error('it is gone');
    expect(emit.mock.calls).toEqual([
      [
        'topic: it is slow',
        { type: 'InversifyCacheWarning', code: 'E_SLOW', detail: 'tookMs: 5\nRangeError: far' },
      ],
      ['topic: it is gone', { type: 'InversifyCacheWarning', code: 'INVERSIFY_CACHE' }],
    ]);
  });

  it('ProcessLoggerSite writes no control character and no credentials, whoever wrote the text', () => {
    const logger = new ProcessLoggerSite(new ManualClock()).getLogger('topic');
    const error = new Error('refused by redis://user:hunter2@host\nforged \u001b[2J\u202e');
    logger.warning('it is \u001b[31mred', { node: 'a\nb', password: 'hunter2' }, error);
    const detail =
      'node: a\\u000ab\npassword: [hidden]\nError: refused by redis://[hidden]@host\\u000aforged \\u001b[2J\\u202e';
    expect(emit.mock.calls).toEqual([
      ['topic: it is \\u001b[31mred', { type: 'InversifyCacheWarning', code: 'INVERSIFY_CACHE', detail }],
    ]);
  });

  it('ProcessLoggerSite emits the same warning at most once a minute', () => {
    const clock = new ManualClock();
    const logger = new ProcessLoggerSite(clock).getLogger('topic');
    for (let second = 0; second < 61; second++) {
      logger.warning('it is slow');
      clock.advance(1000);
    }
    expect(emit).toHaveBeenCalledTimes(2);
  });
});

describe('IncidentFilter', () => {
  it('IncidentFilter passes a message of a kind once a minute, and again one second after the incident has ended', () => {
    const clock = new ManualClock();
    const filter = new IncidentFilter(clock);
    expect([filter.admits('a'), filter.admits('a'), filter.admits('b')]).toEqual([true, false, true]);
    filter.end();
    clock.advance(999);
    expect(filter.admits('a')).toBe(false);
    clock.advance(1);
    expect([filter.admits('a'), filter.admits('a'), filter.admits('b')]).toEqual([true, false, true]);
  });

  it('IncidentFilter treats a failure that comes and goes as one incident', () => {
    const clock = new ManualClock();
    const filter = new IncidentFilter(clock);
    let written = 0;
    for (let round = 0; round < 50; round++) {
      if (filter.admits('a')) written++;
      clock.advance(500);
      filter.end();
      clock.advance(500);
    }
    expect(written).toBe(1);
  });

  it('IncidentFilter never waits longer because an incident has ended', () => {
    const clock = new ManualClock();
    const filter = new IncidentFilter(clock);
    filter.admits('a');
    clock.advance(59_500);
    filter.end();
    clock.advance(500);
    expect(filter.admits('a')).toBe(true);
  });

  it('IncidentFilter remembers a bounded number of incidents', () => {
    const filter = new IncidentFilter(new ManualClock());
    for (let kind = 0; kind < 1000; kind++) filter.admits(String(kind));
    expect(filter.admits('999')).toBe(false);
    expect(filter.admits('0')).toBe(true);
  });
});

describe('guardedLogger', () => {
  it('guardedLogger asks for its logger at its first message', () => {
    const site = new RecordingLoggerSite();
    const getLogger = vi.spyOn(site, 'getLogger');
    const logger = guardedLogger(site, 'topic');
    expect(getLogger).not.toHaveBeenCalled();
    logger.warning('m', { a: 1 });
    logger.info('n');
    expect(getLogger).toHaveBeenCalledTimes(1);
    expect(site.records).toMatchObject([
      { topic: 'topic', level: 'warning', message: 'm', attributes: { a: 1 } },
      { level: 'info', message: 'n' },
    ]);
  });

  it('guardedLogger ignores a logger that throws, and a site without a logger', () => {
    const thrower = guardedLogger({ getLogger: () => ({ info: fail, warning: fail, error: fail }) }, 'topic');
    const none = guardedLogger({ getLogger: fail }, 'topic');
    for (const logger of [thrower, none]) expect(() => logger.error('m')).not.toThrow();
  });
});

function fail(): never {
  throw new Error('the logger is broken');
}
