/** The viewer's API as a page of the viewer uses it. */
import type { TestDevice } from "../devices/device.ts";

/** What the API answered. */
export interface Answered {
  readonly status: number;
  // deno-lint-ignore no-explicit-any
  readonly body: any;
}

/** Requests with the token of a page that was opened for them. */
export class ViewerClient {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  /** Opens a page. */
  static async open({ runtime }: Pick<TestDevice, "runtime">): Promise<ViewerClient> {
    const url = `http://127.0.0.1:${runtime.facts.viewer.port}`;
    const page = await (await fetch(`${url}/sync`)).text();
    return new ViewerClient(url, /name="csrf-token" content="([^"]+)"/.exec(page)![1]!);
  }

  async get(path: string): Promise<Answered> {
    return await this.#ask(path, {});
  }

  async send(method: "POST" | "PUT" | "DELETE", path: string, body: unknown = {}) {
    return await this.#ask(path, {
      method,
      headers: {
        origin: this.url,
        "x-csrf-token": this.#token,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
  }

  async #ask(path: string, init: RequestInit): Promise<Answered> {
    const response = await fetch(this.url + path, init);
    return { status: response.status, body: await response.json() };
  }
}
