import { expect, it } from 'vitest';
import { defineScript } from '../../../src/implements/redis/commands/script.js';

it('a script has its text and the SHA-1 by which a server knows it, and nobody can change it', () => {
  const script = defineScript('return 1');
  expect(script).toEqual({ source: 'return 1', digest: 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db' });
  expect(Object.isFrozen(script)).toBe(true);
});
