/** A sentence with `commands` in it, as messages of the program have them. */

/** @param props.text what stands between backquotes is code */
export function Words({ text }: { readonly text: string }) {
  return (
    <>
      {text.split("`").map((part, index) =>
        index % 2 === 1 ? <code key={index}>{part}</code> : part
      )}
    </>
  );
}
