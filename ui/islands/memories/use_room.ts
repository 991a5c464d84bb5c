/** What is far from the window need not be in the page, as long as it keeps its room. */
import { useEffect, useState } from "preact/hooks";

/** In pixels. A list that is come back to is whole within it, so that its place is found. */
const FAR = 100_000;

/**
 * Tells when an element is far from the window.
 *
 * @returns the height that it has then, in pixels; `undefined` while it is near
 */
export function useRoom(
  element: { readonly current: HTMLElement | null },
): number | undefined {
  const [room, setRoom] = useState<number>();
  useEffect(() => {
    const near = new IntersectionObserver((entries) => {
      // A slow page is told several at once: how things are now is the last of them.
      const { isIntersecting, boundingClientRect } = entries.at(-1)!;
      setRoom(isIntersecting ? undefined : boundingClientRect.height);
    }, { rootMargin: `${FAR}px 0px` });
    near.observe(element.current!);
    return () => near.disconnect();
  }, []);
  return room;
}
