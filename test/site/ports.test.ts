import { expect, it } from 'vitest';
import { PORTS } from '../../src/implements/site/ports.js';
import * as door from '../../src/index.js';
import { describeInterface } from '../../src/interfaces/interface-token.js';

const tokens = Object.fromEntries(Object.entries(door).filter(([, value]) => typeof value === 'symbol'));

it('a declaration may name every interface that the package exports', () => {
  expect(tokens).toHaveProperty('ICache');
  expect(Object.fromEntries(PORTS)).toEqual(tokens);
});

it('a port of the package has the name that it is defined by', () => {
  for (const [name, token] of PORTS) expect(describeInterface(token)?.name).toBe(name);
});
