/** The page for what cannot be shown: what happened, and where to go from here. */
import type { Problem } from "../parts/error_note.tsx";
import { Words } from "../parts/words.tsx";
import { Frame } from "./frame.tsx";

/** Properties of {@link ErrorPage}. */
export interface ErrorPageProps {
  readonly problem: Problem;
  /** The HTTP status. */
  readonly status: number;
}

/** Needs neither the database nor the script: either may be what has failed. */
export function ErrorPage({ problem, status }: ErrorPageProps) {
  // A request that is wrong will not succeed later either.
  const isLasting = status >= 400 && status < 500;
  const title = titleOf(status);
  return (
    <Frame title={title}>
      <section class="panel failure" aria-labelledby="failure-title">
        <div class="body stack">
          <h1 id="failure-title">{title}</h1>
          <p>{wordsOf(problem, status)}</p>
          {problem.hint !== undefined && (
            <p class="muted">
              <Words text={problem.hint} />
            </p>
          )}
          <p class="row">
            {/* An empty address is that of the page itself. */}
            {isLasting || <a class="button" href="">Try again</a>}
            <a class="button" href="/">Memories</a>
            <a class="button" href="/sync">Sync</a>
          </p>
          <p class="muted small">
            <code>{`${status} ${problem.error}`}</code>
          </p>
        </div>
      </section>
    </Frame>
  );
}

/** Messages about parameters are for programs; a person has only followed a link. */
function wordsOf({ field, message }: Problem, status: number): string {
  if (status !== 400 || field === undefined) return message;
  return `The viewer does not understand its part “${field}=…”. It may have been cut off or changed ` +
    "on its way here.";
}

function titleOf(status: number): string {
  if (status === 404) return "There is nothing here";
  return status === 400
    ? "Something in this address cannot be used"
    : "This page cannot be shown now";
}
