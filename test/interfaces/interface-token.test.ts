import { afterEach, describe, expect, it } from 'vitest';
import * as here from '../../src/interfaces/interface-token.js';

const there = (await import('../../src/interfaces/interface-token.js?copy' as string)) as typeof here;

interface IGreeter {
  greet(): string;
  part(): string;
}

describe('defineInterface', () => {
  let name = '';
  let serial = 0;
  const fresh = (): string => {
    name = `ITest${serial++}`;
    return name;
  };
  afterEach(() => {
    const table = (globalThis as Record<symbol, unknown>)[Symbol.for('inversify-cache.interfaces')] as Map<
      string,
      unknown
    >;
    table.delete(name);
  });

  it('defineInterface gives two copies of the package the same token, and the members to both', () => {
    const token = here.defineInterface<IGreeter>(fresh(), ['greet', 'part']);
    expect(there.defineInterface<IGreeter>(name, ['greet', 'part'])).toBe(token);
    expect(there.describeInterface(token)).toEqual({ name, token, members: ['greet', 'part'] });
    expect(there.describeInterface(name)).toBe(here.describeInterface(token));
    expect(there.interfaceNames()).toContain(name);
  });

  it('defineInterface requires the shorter member list when one version of an interface extends the other', () => {
    here.defineInterface<IGreeter>(fresh(), ['greet', 'part']);
    there.defineInterface<IGreeter>(name, ['greet']);
    expect(here.describeInterface(name)?.members).toEqual(['greet']);
    here.defineInterface<IGreeter>(name, ['greet', 'part']);
    expect(here.describeInterface(name)?.members).toEqual(['greet']);
  });

  it('defineInterface refuses the name of an unrelated interface', () => {
    here.defineInterface<IGreeter>(fresh(), ['greet']);
    expect(() => here.defineInterface<{ bark(): void; greet(): void }>(name, ['bark'])).toThrow(
      `the interface ${name} is already defined with the members greet; choose another name`,
    );
  });

  it('missingMembers names the members that a value lacks', () => {
    here.defineInterface<IGreeter>(fresh(), ['greet', 'part']);
    const description = here.describeInterface(name) as here.InterfaceDescription;
    expect(here.missingMembers(description, { greet: () => '' })).toEqual(['part']);
    expect(here.missingMembers(description, Object.create({ greet: 1, part: 1 }))).toEqual([]);
    for (const value of [null, undefined, 'text', 5]) {
      expect(here.missingMembers(description, value)).toEqual(['greet', 'part']);
    }
  });

  it('describeInterface returns undefined for a token that defineInterface did not make', () => {
    expect(here.describeInterface(Symbol.for('inversify-cache.INobody'))).toBeUndefined();
    expect(here.describeInterface('INobody')).toBeUndefined();
  });
});
