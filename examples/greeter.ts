/** A component of your own: an interface, a class that implements it, and its options. */
// region greeter
import { type ComponentDefinition, defineInterface } from 'inversify-cache';
import { z } from 'zod';

export interface IGreeter {
  greet(name: string): string;
}
export const IGreeter = defineInterface<IGreeter>('IGreeter', ['greet']);

const options = z.strictObject({
  greeting: z.string().min(1).default('Hello').describe('Text before the name.'),
  times: z.int().min(1).max(3).default(1).describe('Number of repetitions.'),
});

export class Greeter implements IGreeter {
  static readonly component: ComponentDefinition<typeof options, Greeter> = {
    options,
    create: (_site, given) => new Greeter(given),
  };

  constructor(private readonly given: z.output<typeof options>) {}

  greet(name: string): string {
    return `${`${this.given.greeting}, `.repeat(this.given.times)}${name}!`;
  }
}
// endregion
