import { describe, expect, it } from 'vitest';
import { failure, IProbe, probeRig } from '../probe.js';

/** Maximum time for hostile input on a busy machine; an unbounded algorithm takes minutes. */
const BOUND_MS = 1000;

async function refusal(text: string, format: 'yaml' | 'json' = 'yaml'): Promise<string> {
  const { site, builder } = probeRig();
  const start = performance.now();
  const error = await failure(builder.loads(site, text, { base: 'caches.yml', format }));
  expect(performance.now() - start).toBeLessThan(BOUND_MS);
  expect(error.code).toBe('E_CONFIG_SYNTAX');
  expect(error.message.length).toBeLessThan(50_000);
  return error.message;
}

/** Lists inside each other, in a declaration: the list of declarations and the declaration are two levels already. */
const nested = (levels: number) =>
  `- class: Probe\n  tags: ${'['.repeat(levels - 2)}${']'.repeat(levels - 2)}\n`;

describe('limits of a declaration text', () => {
  it('an alias bomb is refused before it is expanded', async () => {
    const bomb = Array.from({ length: 9 }, (_, level) => {
      const items =
        level === 0
          ? '"x"'
          : Array(9)
              .fill(`*a${level - 1}`)
              .join(', ');
      return `    a${level}: &a${level} [${items}]\n`;
    });
    expect(await refusal(`- class: Probe\n  extra:\n${bomb.join('')}`)).toMatch(
      /aliases \(\*\) are not supported/,
    );
  });

  it('thousands of merge keys are refused', async () => {
    const merges = Array.from({ length: 2000 }, () => '  <<: {a: 1}\n').join('');
    expect(await refusal(`- class: Probe\n${merges}`)).toMatch(/merge keys \(<<\) are not supported/);
  });

  it('a text may have 32 levels', async () => {
    expect(await refusal(nested(33))).toMatch(/^caches\.yml:2:\d+: expected at most 32 levels, got more$/);
    const { site, builder } = probeRig();
    const error = await failure(builder.loads(site, nested(32)));
    expect(error.code).toBe('E_CONFIG_SCHEMA');
  });

  it.each(['yaml', 'json'] as const)('a hundred thousand levels of %s are refused', async (format) => {
    await refusal('['.repeat(100_000), format);
    await refusal('['.repeat(100_000) + ']'.repeat(100_000), format);
    await refusal('{"a":'.repeat(40_000), format);
  });

  it('a text may have 10 000 keys and values', async () => {
    const items = (count: number) => `- class: Probe\n  codes: [${Array(count).fill('1').join(',')}]\n`;
    const { site, builder } = probeRig();
    await builder.loads(site, items(10_000 - 6));
    expect(await refusal(items(10_001 - 6))).toBe(
      'caches.yml:1:1: expected at most 10000 keys and values, got 10001',
    );
  });

  it('a text may have 256 KiB, counted in bytes, not in characters', async () => {
    const fill = (bytes: number) => `- class: Probe\n#${'ü'.repeat((bytes - 16) / 2)}`;
    const { site, builder } = probeRig();
    await builder.loads(site, fill(256 * 1024));
    expect(await refusal(fill(256 * 1024 + 2))).toBe('caches.yml: expected at most 262144 bytes, got 262146');
  });

  it('values of one load do not count against the next', async () => {
    const { site, builder } = probeRig();
    for (let index = 0; index < 3; index++) {
      await builder.loads(
        site,
        `- {class: Probe, entries: [{interface: IProbe, name: n${index}}], codes: [${Array(5000).fill('1').join(',')}]}\n`,
      );
    }
    expect(site.getComponent(IProbe, 'n2').options.codes).toHaveLength(5000);
  });
});
