/** What went wrong, in words, and what to do about it. */
import { Words } from "./words.tsx";

/** A failure as the API tells it. */
export interface Problem {
  readonly error: string;
  readonly message: string;
  readonly hint?: string;
  /** The field of the request that it is about. */
  readonly field?: string;
}

/** Shows a failure; a screen reader reads it out at once. */
export function ErrorNote({ problem }: { readonly problem: Problem | undefined }) {
  if (problem === undefined) return null;
  return (
    <div class="note" data-tone="bad" role="alert">
      <p>{problem.message}</p>
      {problem.hint !== undefined && (
        <p class="muted small">
          <Words text={problem.hint} />
        </p>
      )}
    </div>
  );
}
