/**
 * Failures that nothing has caught. The runtime ends a process for one; a device that others rely on
 * goes on, and says what happened.
 */

/**
 * Tells of each, in place of the end of the process.
 *
 * @returns stops telling
 */
export function catchStrayFailures(tell: (failure: unknown) => void): () => void {
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    tell(event.reason);
  };
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    tell(event.error);
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  globalThis.addEventListener("error", onError);
  return () => {
    globalThis.removeEventListener("unhandledrejection", onRejection);
    globalThis.removeEventListener("error", onError);
  };
}
