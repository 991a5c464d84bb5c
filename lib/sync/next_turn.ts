/** Lets everything that waits have its turn, such as a request that was just made and is to leave. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
