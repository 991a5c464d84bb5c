/** Requests to a viewer, made by hand: each part of them can be another than a browser's. */
import { assertEquals } from "@std/assert";
import type { TestDevice } from "../devices/device.ts";

/** A request; without more it reads the status. */
export interface ViewerRequest {
  readonly method?: string;
  readonly target?: string;
  /** The Host; null sends none. */
  readonly host?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless the headers say otherwise. */
  readonly body?: string;
}

/** What came back. */
export interface ViewerAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- of whatever shape the answer has
  readonly json: any;
}

/** Speaks to the viewer of a device. */
export class RawViewer {
  readonly port: number;

  constructor({ settings }: Pick<TestDevice, "settings">) {
    this.port = settings.viewerPort;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  /** The token of the pages that are served now. */
  async token(): Promise<string> {
    const { text } = await this.ask({ target: "/sync" });
    const token = /<meta name="csrf-token" content="([^"]+)"/.exec(text)?.[1];
    if (token === undefined) throw new Error(`The page has no token: ${text.slice(0, 200)}`);
    return token;
  }

  /** Sends a request with one connection. */
  async ask(request: ViewerRequest = {}): Promise<ViewerAnswer> {
    const { method = "GET", target = "/api/sync/status", host = this.host, body } = request;
    const length = body === undefined ? [] : [
      ["content-type", "application/json"],
      ["content-length", String(new TextEncoder().encode(body).length)],
    ];
    const fields = { ...Object.fromEntries(length), ...request.headers, connection: "close" };
    const lines = [
      `${method} ${target} HTTP/1.1`,
      ...(host === null ? [] : [`host: ${host}`]),
      ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    ];
    return readAnswer(await this.raw(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`));
  }

  /** A change with the token of the page, as the page itself would ask for it. */
  async change(target: string, body: unknown, method = "POST"): Promise<ViewerAnswer> {
    const headers = { "x-csrf-token": await this.token(), origin: this.origin };
    return await this.ask({ method, target, headers, body: JSON.stringify(body) });
  }

  /**
   * Sends these bytes, and reads until the other side hangs up.
   *
   * @param isEnough ends the reading before
   */
  async raw(text: string, isEnough: (answer: string) => boolean = () => false): Promise<string> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: this.port });
    const sending = writeAll(connection, new TextEncoder().encode(text));
    // The end of the reading closes the connection.
    const answer = await readUntil(connection, isEnough);
    await sending;
    return answer;
  }
}

/** Reads an answer as it came over the wire. */
export function readAnswer(text: string): ViewerAnswer {
  const [head = "", body = ""] = text.split(/\r\n\r\n(.*)/s);
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Headers(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }));
  const isJson = headers.get("content-type")?.includes("json") && body !== "";
  return {
    status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]),
    headers,
    text: body,
    json: isJson ? JSON.parse(body) : undefined,
  };
}

/** Requires a refusal of the guard with this code. @param what was asked, for the message */
export function assertRefused({ status, json, text }: ViewerAnswer, code: string, what = ""): void {
  assertEquals([status, json?.error], [403, code], `${what}: ${text.slice(0, 200)}`);
  assertEquals(Object.keys(json), ["error", "message", "hint"], what);
}

/** The other side may hang up before it has read everything. */
async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  } catch (error) {
    if (!isHangUp(error)) throw error;
  }
}

async function readUntil(
  connection: Deno.Conn,
  isEnough: (text: string) => boolean,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const bytes of connection.readable) {
      text += decoder.decode(bytes, { stream: true });
      if (isEnough(text)) break;
    }
  } catch (error) {
    if (!isHangUp(error)) throw error;
  }
  return text;
}

function isHangUp(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BadResource;
}
