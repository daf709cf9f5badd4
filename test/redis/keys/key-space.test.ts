import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPlainPrefix, KeySpace, type ReservedKind } from '../../../src/implements/redis/keys/key-space.js';
import { slotOf, textOfSlot } from '../../../src/implements/redis/keys/slot.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';

const KINDS: ReservedKind[] = ['fence', 'generation', 'lease'];
/** Names with frequent braces. */
const names = fc
  .array(fc.constantFrom('{', '}', 'a', 'b', ':', '*', '\0', 'é', '💾'), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));
const prefixes = fc.constantFrom('', 'app:', 'x{tag}y:', '{t}', 'a*b[c]:');

describe('hash slots', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start({ cluster: true });
  });
  afterAll(() => server.stop());

  it('slotOf computes the same slot as the server', async () => {
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        expect(slotOf(name)).toBe(await server.cli('CLUSTER', 'KEYSLOT', name));
      }),
    );
  });

  it('fence, generation and lease of a key share its slot, as the server computes it', async () => {
    await fc.assert(
      fc.asyncProperty(prefixes, names, fc.constantFrom(...KINDS), async (prefix, name, kind) => {
        const space = new KeySpace(prefix);
        const slot = await server.cli('CLUSTER', 'KEYSLOT', space.entry(name));
        expect(await server.cli('CLUSTER', 'KEYSLOT', space.reserved(kind, name))).toBe(slot);
      }),
    );
  });

  it('every slot has a text without braces that hashes to it', () => {
    for (let slot = 0; slot < 16_384; slot++) {
      expect(slotOf(textOfSlot(slot))).toBe(slot);
      expect(textOfSlot(slot)).not.toMatch(/[{}]/);
    }
  });
});

describe('KeySpace', () => {
  it('KeySpace never maps two names, or two kinds, to the same key', () => {
    const space = new KeySpace('app:');
    const key = fc.tuple(fc.constantFrom('entry', ...KINDS), names);
    const write = ([kind, name]: [string, string]): string =>
      (kind === 'entry'
        ? Buffer.from(space.entry(name))
        : space.reserved(kind as ReservedKind, name)
      ).toString('hex');
    fc.assert(
      fc.property(key, key, (one, other) => {
        const same = one[0] === other[0] && one[1] === other[1];
        expect(write(one as [string, string]) === write(other as [string, string])).toBe(same);
      }),
    );
  });

  it('KeySpace reads the name of an entry back from its key, and none from a reserved or foreign key', () => {
    fc.assert(
      fc.property(prefixes, names, fc.constantFrom(...KINDS), (prefix, name, kind) => {
        const space = new KeySpace(prefix);
        expect(space.name(Buffer.from(space.entry(name)))).toBe(name);
        expect(space.name(space.reserved(kind, name))).toBeUndefined();
      }),
    );
    expect(new KeySpace('app:').name(Buffer.from('other'))).toBeUndefined();
    expect(new KeySpace('app:').name(Buffer.from('app:'))).toBeUndefined();
    expect(new KeySpace('').name(Buffer.from([0x61, 0xfe]))).toBeUndefined();
  });

  it.each([
    ['app:', 'fence', 'user:7', 'app:', 'f{app:user:7}user:7'],
    ['app:', 'generation', 'user:7', 'app:', 'g{app:user:7}user:7'],
    ['app:', 'lease', 'user:7', 'app:', 'l{app:user:7}user:7'],
    ['app:', 'fence', '{7}:name', 'app:', 'f{7}{7}:name'],
    ['', 'lease', 'k', '', 'l{k}k'],
    ['x{tag}y:', 'fence', 'k', 'x{tag}y:', 'fk'],
    ['x{tag}y:', 'fence', '{k}', 'x{tag}y:', 'f{k}'],
    // A name with a brace and no tag: the first number, in base 36, that has its slot.
    ['app:', 'fence', 'a}b', 'app:', 'f{9e1}a}b'],
    ['', 'generation', '{}', '', 'g{2ml}{}'],
  ] as const)(
    'reserved keys keep their bytes, on which processes of all versions agree: prefix "%s", %s of %s',
    (prefix, kind, name, head, tail) => {
      const expected = Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from(tail)]);
      expect(new KeySpace(prefix).reserved(kind, name).toString('latin1')).toBe(expected.toString('latin1'));
    },
  );

  it('KeySpace is the whole database only without a prefix', () => {
    expect([new KeySpace('').isWhole, new KeySpace('app:').isWhole]).toEqual([true, false]);
  });

  it('KeySpace reads a name that begins with a byte order mark back unchanged', () => {
    for (const prefix of ['', 'app:']) {
      const space = new KeySpace(prefix);
      expect(space.name(Buffer.from(space.entry('\uFEFFname')))).toBe('\uFEFFname');
    }
  });

  it('KeySpace treats glob characters of the prefix literally', () => {
    expect(new KeySpace('a*b?[c]\\:').pattern('x*')).toBe('a\\*b\\?\\[c\\]\\\\:x*');
  });

  it('KeySpace accepts a prefix with one complete hash tag, and refuses an incomplete one', () => {
    for (const plain of ['', 'app:', '{tag}', 'a{tag}b']) expect(isPlainPrefix(plain)).toBe(true);
    for (const half of ['a{b', 'a}b', '{}', '{a}{b}', '}a{', '{a}b{'])
      expect(isPlainPrefix(half)).toBe(false);
  });
});
