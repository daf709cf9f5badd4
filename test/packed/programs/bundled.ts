/** An application for bundlers: its caches are declared in a file, and a class of its own is given in code. */
import 'reflect-metadata';
import {
  type ICache,
  ICache as Cache,
  defineInterface,
  ITypedCache,
  loadComponentSite,
} from 'inversify-cache';

interface IGreeter {
  readonly greeting: string;
}
const IGreeter = defineInterface<IGreeter>('IGreeter', ['greeting']);

class Greeter implements IGreeter {
  readonly greeting: string;

  constructor(_site: unknown, { greeting }: { greeting: string }) {
    this.greeting = greeting;
  }
}

async function main(): Promise<void> {
  const site = await loadComponentSite('caches.yml', { classes: { Greeter } });
  for (const name of ['Memory', 'Redis']) {
    const cache: ICache = site.getComponent(Cache, name);
    const isStored = await cache.setValue('a', new Uint8Array([1]), '1m');
    const value = await cache.getValue('a');
    console.log(name, isStored, value?.[0]);
  }
  for (const name of ['local', 'shared']) {
    const typed = site.getComponent<ITypedCache<{ at: Date }>>(ITypedCache, name);
    await typed.set('b', { at: new Date(0) });
    console.log(name, (await typed.get('b'))?.at);
  }
  console.log(site.getComponent(IGreeter).greeting);
  await site.close();
}

void main();
