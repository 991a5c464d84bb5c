/** A dialog above the page. The browser keeps the focus in it, and gives it back at its end. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useIslandId } from "../island_id.ts";

/** @param props.onClose is called when it was closed, by Escape too */
export function Modal({ title, onClose, children }: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useIslandId();
  useEffect(() => {
    const shown = dialog.current;
    const opener = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      // A dialog that is taken out of the page while it is open gives the focus to nobody.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={onClose}>
      <header>
        <h2 id={titleId}>{title}</h2>
        <button type="button" class="quiet" onClick={() => dialog.current?.close()}>Close</button>
      </header>
      <div class="body">{children}</div>
    </dialog>
  );
}
