/** The focus after a form has closed. */
import { useEffect, useRef } from "preact/hooks";

/**
 * Gives the focus, which a form loses when it closes, to what stands in its place.
 *
 * @param place the element that gets it
 */
export function useFocusBack(
  place: { readonly current: HTMLElement | null },
  isFormOpen: boolean,
): void {
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isFormOpen) place.current?.focus();
    wasOpen.current = isFormOpen;
  }, [isFormOpen]);
}
