/** Requests to the device's own API. */
import type { Problem } from "./parts/error_note.tsx";

/** How a request ended. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

const UNREACHABLE: Problem = {
  error: "unreachable",
  message: "codemem does not answer",
  hint: "`codemem sync start` starts it; the page then updates by itself",
};

/** Reads from the API. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
  return await answerOf(path, signal === undefined ? {} : { signal });
}

/** Changes something through the API. */
export async function change<T>(
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body: unknown = {},
): Promise<Answer<T>> {
  const send = () =>
    answerOf<T>(path, {
      method,
      headers: { "content-type": "application/json", "x-csrf-token": token() },
      body: JSON.stringify(body),
    });
  const answer = await send();
  // The device was started again since the page was opened: its pages have another token now.
  if (answer.ok || answer.problem.error !== "invalid_token") return answer;
  await renewToken();
  return await send();
}

async function answerOf<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(path, init);
    const value = await response.json();
    return response.ok ? { ok: true, value } : { ok: false, problem: value };
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    return { ok: false, problem: UNREACHABLE };
  }
}

function tokenMeta(): HTMLMetaElement {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')!;
}

function token(): string {
  return tokenMeta().content;
}

async function renewToken(): Promise<void> {
  const page = await fetch(location.pathname).then((response) => response.text(), () => "");
  const fresh = new DOMParser().parseFromString(page, "text/html")
    .querySelector<HTMLMetaElement>('meta[name="csrf-token"]');
  if (fresh !== null) tokenMeta().content = fresh.content;
}
