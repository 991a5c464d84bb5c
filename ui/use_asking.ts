/** A request that a button or a form makes: whether it is under way, and what went wrong. */
import { useState } from "preact/hooks";
import type { Answer } from "./api.ts";
import type { Problem } from "./parts/error_note.tsx";

/** The state of the last request. */
export interface Asking {
  readonly isAsking: boolean;
  /** Of the last answer, if it was a refusal. */
  readonly problem: Problem | undefined;
  /** Waits for an answer, and hands it on. */
  readonly ask: <T>(answer: Promise<Answer<T>>) => Promise<Answer<T>>;
}

/** Keeps the state of the requests that a component makes. */
export function useAsking(): Asking {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const ask = async <T>(asked: Promise<Answer<T>>) => {
    setAsking(true);
    const answer = await asked;
    setAsking(false);
    setProblem(answer.ok ? undefined : answer.problem);
    return answer;
  };
  return { isAsking, problem, ask };
}
