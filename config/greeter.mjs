import { z } from 'zod';

/** A class of your own, with an option that a declaration can set. */
export class Greeter {
  static component = {
    options: z.strictObject({
      greeting: z.string().default('Hello').describe('Text before the name.'),
    }),
    create: (_site, options) => new Greeter(options.greeting),
  };

  constructor(greeting) {
    this.greeting = greeting;
  }

  greet(name) {
    return `${this.greeting}, ${name}!`;
  }
}
