/**
 * The signature base of RFC 9421 §2.5: the text that stands for a message when it is signed. General
 * enough for every example of the RFC's appendix B.
 */
import {
  type BareItem,
  type InnerList,
  type Item,
  type Parameters,
  serializeInnerList,
  serializeItem,
} from "structured-headers";
import { componentValue } from "./component_value.ts";
import type { Message } from "./http_message.ts";

/** A base, or why the message has none under these parameters. */
export type SignatureBase = { readonly base: string } | { readonly problem: string };

/**
 * Builds the signature base of `message`.
 *
 * @param covered the component identifiers and signature parameters, as `Signature-Input` holds them
 */
export function signatureBase(message: Message, covered: InnerList): SignatureBase {
  const [components] = covered;
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const component of components) {
    const identity = componentIdentity(component);
    if (identity === undefined) return { problem: "a component's name is not a string" };
    if (seen.has(identity)) return { problem: `${identity} is covered twice` };
    seen.add(identity);
    const [name, parameters] = component as [string, Parameters];
    const value = componentValue(message, name, parameters);
    if (value === undefined) return { problem: `the message has no ${serializeItem(component)}` };
    if (!/^[\x20-\x7e\t]*$/.test(value)) return { problem: `${identity} is not one line of ASCII` };
    lines.push(`${serializeItem(component)}: ${value}`);
  }
  lines.push(`"@signature-params": ${serializeInnerList(covered)}`);
  return { base: lines.join("\n") };
}

/** Two identifiers are the same whatever the order of their parameters (RFC 9421 §2). */
function componentIdentity([name, parameters]: Item): string | undefined {
  if (typeof name !== "string") return undefined;
  const sorted = [...parameters].sort(([a], [b]) => (a < b ? -1 : 1));
  return serializeItem(name, new Map<string, BareItem>(sorted));
}
