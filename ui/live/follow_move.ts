/** A page whose device has moved its viewer to another address. */
import { formatAddress } from "../../lib/model/address.ts";

/** Where the viewer is from now on. */
export interface MovedData {
  readonly host: string;
  readonly port: number;
}

/** The same page at the new address. */
export function pageAt(href: string, { host, port }: MovedData): string {
  const { pathname, search, hash } = new URL(href);
  return `http://${formatAddress({ host, port })}${pathname}${search}${hash}`;
}

/** Goes there, unless that would take away what a person is writing. */
export function followMove(address: string): void {
  if (document.querySelector("dialog[open], form.memory-form, form.name") !== null) return;
  location.replace(address);
}
