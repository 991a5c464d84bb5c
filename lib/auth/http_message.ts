/** HTTP messages as far as RFC 9421 can sign them. */

/** The fields of a message, in order, one entry for each line. */
export type FieldLines = readonly (readonly [name: string, value: string])[];

/** A request as far as it can be signed. */
export interface RequestMessage {
  readonly method: string;
  /** The request target as sent: a path, with its query where there is one. */
  readonly target: string;
  readonly scheme: "http" | "https";
  readonly fields: FieldLines;
  readonly trailers?: FieldLines;
}

/** A response as far as it can be signed, with the request it answers. */
export interface ResponseMessage {
  readonly status: number;
  readonly fields: FieldLines;
  readonly trailers?: FieldLines;
  readonly request?: RequestMessage;
}

/** Any HTTP message. */
export type Message = RequestMessage | ResponseMessage;
