import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../support/time/manual-clock.js';
import { IProbe, probe, probeRig } from '../probe.js';

describe('close of a site', () => {
  it('close closes each built component once, however often it is called', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, probe('a'));
    await Promise.all([site.close(), site.close()]);
    await site.close();
    expect(events.filter((event) => event === 'close a')).toHaveLength(1);
  });

  it('close also closes a built component that was replaced', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, probe('a'));
    site.registerComponent(IProbe, { label: 'next', options: {} as never }, 'a');
    await site.close();
    expect(events.at(-1)).toBe('close a');
  });

  it('close waits one second for each component, logs late ones, and leaves no timer', async () => {
    const clock = new ManualClock();
    const { site, builder, events, logs } = probeRig({ clock });
    await builder.loads(site, `${probe('a')}${probe('b', 'hangs: close')}`);
    const closing = site.close();
    await expect.poll(() => clock.pending).toBe(1);
    clock.advance(999);
    await Promise.resolve();
    expect(events).not.toContain('close a');
    clock.advance(1);
    await closing;
    expect(events.at(-1)).toBe('close a');
    expect(logs.of('warning')).toMatchObject([
      { message: 'a component did not close in time', attributes: { component: 'Probe', boundMs: 1000 } },
    ]);
    expect(clock.pending).toBe(0);
    expect(site.queryComponent(IProbe, 'a')).toBeUndefined();
  });

  it('close continues after a component that fails to close, and never rejects', async () => {
    const { site, builder, events, logs } = probeRig();
    await builder.loads(site, `${probe('a')}${probe('b', 'fails: close')}`);
    await site.close();
    expect(events.slice(-2)).toEqual(['close b', 'close a']);
    expect(logs.of('error')).toMatchObject([
      { message: 'a component failed to close', error: { message: 'b does not close' } },
    ]);
  });
});
