/** Ids of elements, each of them once in a page. */
import { createContext } from "preact";
import { useContext, useId } from "preact/hooks";

/** The name of the island that a component stands in: each island counts its ids from the beginning. */
export const IslandContext = createContext("page");

/**
 * An id for an element that a script adds. For what the server renders as well there are fixed ids: it
 * counts through all islands, and the browser does not.
 */
export function useIslandId(): string {
  return `${useContext(IslandContext)}-${useId()}`;
}
