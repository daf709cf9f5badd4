/** Callback of Node: an error, or a result. */
// biome-ignore lint/suspicious/noExplicitAny: so declared by the libraries that pass one.
export type NodeCallback<T = void> = (error?: any, result?: T) => void;

/**
 * Tells a callback how a call ended, once. Outside of the promise: an error of the callback itself is an uncaught
 * exception, as everywhere in Node, and no second call.
 */
export function settle<T>(call: Promise<T>, callback: NodeCallback<T> | undefined): void {
  if (typeof callback !== 'function') {
    call.catch(() => undefined); // Nobody asked how it ended.
    return;
  }
  call.then(
    (result) => process.nextTick(callback, null, result),
    (error) => process.nextTick(callback, error),
  );
}
