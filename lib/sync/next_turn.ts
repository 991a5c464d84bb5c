/** Lets the request that was just made leave before the processor is busy with a page. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
