/** What a button or a form asks of the device: whether the answer is still to come, and what went wrong. */
import { useState } from "preact/hooks";
import type { Answer } from "./api.ts";
import type { Problem } from "./parts/error_note.tsx";

/** How asking stands. */
export interface Asking {
  readonly isAsking: boolean;
  /** Of the last answer, if it was a refusal. */
  readonly problem: Problem | undefined;
  /** Waits for an answer, and hands it on. */
  readonly ask: <T>(answer: Promise<Answer<T>>) => Promise<Answer<T>>;
}

/** Nothing has been asked at first. */
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
