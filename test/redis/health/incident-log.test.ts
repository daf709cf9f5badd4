import { describe, expect, it } from 'vitest';
import { IncidentLog } from '../../../src/implements/redis/health/incident-log.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const lost = new ConnectionError('E_CONNECTION_LOST', 'lost', 'not-sent');
const refused = new ConnectionError('E_CONNECTION_AUTH', 'refused', 'not-sent');

function incidents() {
  const clock = new ManualClock();
  const site = new RecordingLoggerSite();
  const log = new IncidentLog(clock, site.getLogger('topic'));
  return { clock, log, lines: () => site.records.map(({ level, message }) => `${level}: ${message}`), site };
}

describe('IncidentLog', () => {
  it('an outage is logged once when it starts, however many links are lost, and once when it ends', () => {
    const { clock, log, lines, site } = incidents();
    log.begin('lost one', lost);
    clock.advance(1000);
    log.begin('lost two', new ConnectionError('E_CONNECTION_TIMEOUT', 'late', 'not-sent'));
    clock.advance(1500.4);
    log.end('back');
    log.end('back again');
    expect(lines()).toEqual(['warning: lost one', 'info: back']);
    expect(site.records.map(({ attributes }) => attributes)).toEqual([
      { code: 'E_CONNECTION_LOST' },
      { awayMs: 2500 },
    ]);
    expect(site.records[0]?.error).toBe(lost);
  });

  it('refused credentials are logged during an outage of another kind, and once', () => {
    const { log, lines } = incidents();
    log.begin('lost', lost);
    log.begin('refused', refused);
    log.begin('refused again', refused);
    log.end('back');
    expect(lines()).toEqual(['warning: lost', 'warning: refused', 'info: back']);
  });

  it('an outage that follows at once is logged neither at its start nor at its end', () => {
    const { clock, log, lines } = incidents();
    log.begin('lost', lost);
    log.end('back');
    clock.advance(500);
    log.begin('lost again', lost);
    clock.advance(500);
    log.end('back again');
    clock.advance(1000);
    log.begin('lost later', lost);
    log.end('back later');
    expect(lines()).toEqual(['warning: lost', 'info: back', 'warning: lost later', 'info: back later']);
  });

  it('an end without an outage is not logged, and an error without a code has none', () => {
    const { log, lines, site } = incidents();
    log.end('back');
    expect(lines()).toEqual([]);
    log.begin('lost', new Error('plain'));
    expect(site.records[0]?.attributes).toEqual({ code: undefined });
    const other = incidents();
    other.log.begin('lost', undefined);
    expect(other.site.records[0]?.attributes).toEqual({ code: undefined });
  });
});
