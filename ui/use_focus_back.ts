/** Where the focus is once a form is gone. */
import { useEffect, useRef } from "preact/hooks";

/**
 * A form takes the focus along: at its end what stands in its place has it.
 *
 * @param place what is to have it
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
