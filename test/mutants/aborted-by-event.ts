/** A signal that aborts with another one's event, and looks at nothing by itself. */
export function abortedByEvent(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}
