import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as here from '../../src/interfaces/errors.js';

/** Second copy of the module, as a second installed package would have it: other classes, the same brands. */
const there = (await import('../../src/interfaces/errors.js?copy' as string)) as typeof here;

const MAKE = {
  ConfigurationError: ({ ConfigurationError }: typeof here) =>
    new ConfigurationError('E_CONFIG_SCHEMA', [
      { source: 'a.yml', line: 2, column: 3, path: '[0].port', message: 'm' },
    ]),
  ComponentNotFoundError: ({ ComponentNotFoundError }: typeof here) => new ComponentNotFoundError('m'),
  ResolutionError: ({ ResolutionError }: typeof here) => new ResolutionError('E_CYCLE', 'm'),
  ArgumentError: ({ ArgumentError }: typeof here) => new ArgumentError('m'),
  ConnectionError: ({ ConnectionError }: typeof here) =>
    new ConnectionError('E_CIRCUIT_OPEN', 'm', 'not-sent'),
  OperationError: ({ OperationError }: typeof here) => new OperationError('E_ABORTED', 'm', 'unknown'),
  CodecError: ({ CodecError }: typeof here) => new CodecError('E_DECODE', 'm'),
  DisposedError: ({ DisposedError }: typeof here) => new DisposedError('m'),
};
type Name = keyof typeof MAKE;
const CLASSES: Readonly<Record<Name, typeof here.ArgumentError>> = here as never;
const NAMES = Object.keys(MAKE) as Name[];

describe('error classes', () => {
  it('this test loads two copies of the error classes', () => {
    expect(there.ConnectionError).not.toBe(here.ConnectionError);
  });

  it.each(NAMES)('%s has a fixed name and a code, and is recognised by any copy of the package', (name) => {
    for (const copy of [here, there]) {
      const error = MAKE[name](copy);
      expect(error.name).toBe(name);
      expect(error.code).toMatch(/^E_[A-Z_]+$/);
      expect(inspect(error)).toContain(name);
      expect(error).toBeInstanceOf(Error);
      for (const other of NAMES) {
        const errorClass = CLASSES[other];
        expect(errorClass.is(error)).toBe(other === name);
        expect(error instanceof errorClass).toBe(other === name);
      }
      expect(here.ComponentError.is(error)).toBe(true);
      expect(error instanceof here.ComponentError).toBe(true);
    }
  });

  it('is() recognises no other object', () => {
    for (const value of [null, undefined, 1, 'E_ARGUMENT', {}, { code: 'E_ARGUMENT' }, new TypeError('m')]) {
      expect(here.ComponentError.is(value)).toBe(false);
      expect(here.ArgumentError.is(value)).toBe(false);
    }
  });

  it('an application may subclass an error, and its class recognises only its own instances', () => {
    class Refused extends here.ArgumentError {}
    class Away extends here.ConnectionError {}
    expect(new Refused('m') instanceof Refused).toBe(true);
    expect(here.ArgumentError.is(new Refused('m'))).toBe(true);
    expect(new here.ArgumentError('m') instanceof Refused).toBe(false);
    expect(Refused.is(new here.ArgumentError('m'))).toBe(false);
    expect(new here.ConnectionError('E_OVERLOADED', 'm', 'not-sent') instanceof Away).toBe(false);
  });

  it('ArgumentError is a TypeError', () => {
    expect(new here.ArgumentError('m')).toBeInstanceOf(TypeError);
  });

  it('ConnectionError and OperationError carry the known facts of the call', () => {
    const cause = new Error('behind it');
    const refused = new here.OperationError('E_OPERATION_REFUSED', 'm', 'refused', { reason: 'OOM', cause });
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'OOM', cause });
    expect(new here.DisposedError('m').outcome).toBe('not-sent');
  });

  it('ConfigurationError lists every problem with its place', () => {
    const error = new here.ConfigurationError('E_CONFIG_SCHEMA', [
      {
        source: 'a.yml',
        line: 2,
        column: 3,
        path: '[0].port',
        message: 'expected a port',
        hint: 'write one',
      },
      { source: 'a.yml', line: 0, column: 0, path: '', message: 'expected a file' },
    ]);
    expect(error.message).toBe('a.yml:2:3 [0].port: expected a port (write one)\na.yml: expected a file');
    expect(Object.isFrozen(error.issues) && error.issues.every(Object.isFrozen)).toBe(true);
  });
});
