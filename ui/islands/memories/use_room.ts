/** Rows that are far from the window leave the page, and an empty element keeps their room. */
import { useEffect, useState } from "preact/hooks";

/** In pixels: more than a restored list is high, so that the place in it can be found. */
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
      // A slow page gets several entries at once, the present one last.
      const { isIntersecting, boundingClientRect } = entries.at(-1)!;
      setRoom(isIntersecting ? undefined : boundingClientRect.height);
    }, { rootMargin: `${FAR}px 0px` });
    near.observe(element.current!);
    return () => near.disconnect();
  }, []);
  return room;
}
