import { describe, expect, it } from 'vitest';
import type { Ask } from '../../../src/implements/redis/health/advice.js';
import { Adviser } from '../../../src/implements/redis/health/adviser.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { eventually } from '../../support/time/eventually.js';
import { ManualClock } from '../../support/time/manual-clock.js';

function adviser(ask: Ask) {
  const clock = new ManualClock();
  const site = new RecordingLoggerSite();
  const options = {
    clock,
    logger: site.getLogger('topic'),
    ask,
    database: 'redis://a:1/0',
    unprotected: true,
    user: undefined,
  };
  return { clock, site, adviser: new Adviser(options) };
}

const OLD = '# Server\r\nredis_version:5.0.0\r\n';

describe('Adviser', () => {
  it('an adviser asks once, a second after it was told to, and logs what is severe as a warning', async () => {
    let asked = 0;
    const rig = adviser(async ([, section]) => {
      asked += 1;
      return section === 'server' ? OLD : '';
    });
    rig.adviser.askSoon();
    rig.adviser.askSoon();
    rig.clock.advance(999);
    expect([asked, rig.clock.pending]).toEqual([0, 1]);
    rig.clock.advance(1);
    await eventually('it has advised', () => rig.adviser.texts.length > 0);
    rig.adviser.askSoon();
    expect([asked, rig.clock.pending]).toEqual([3, 0]);
    expect(rig.site.records.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'redis://a:1/0: the server is open to everyone: the default user has no password'],
      ['warning', 'redis://a:1/0: it runs Redis 5.0.0; the oldest supported version is 6.2'],
    ]);
  });

  it('an adviser asks again when the server became unreachable while it asked', async () => {
    let reachable = false;
    const lost = () => Promise.reject(new ConnectionError('E_CONNECTION_LOST', 'lost', 'unknown'));
    const rig = adviser(([, section]) =>
      reachable ? Promise.resolve(section === 'server' ? OLD : '') : lost(),
    );
    rig.adviser.askSoon();
    rig.clock.advance(1000);
    await eventually('it may ask again', () => {
      rig.adviser.askSoon();
      return rig.clock.pending === 1;
    });
    expect([rig.adviser.texts, rig.site.records]).toEqual([[], []]);
    reachable = true;
    rig.clock.advance(1000);
    await eventually('it has advised', () => rig.adviser.texts.length === 2);
  });

  it('a closed adviser asks nothing', () => {
    let asked = 0;
    const rig = adviser(async () => {
      asked += 1;
      return '';
    });
    rig.adviser.askSoon();
    rig.adviser.close();
    expect(rig.clock.pending).toBe(0);
    rig.clock.advance(5000);
    expect(asked).toBe(0);
  });
});
