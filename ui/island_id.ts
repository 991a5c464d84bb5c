/** Ids of elements, each of them once in a page. */
import { createContext } from "preact";
import { useContext, useId } from "preact/hooks";

/** The name of the island that a component stands in: each island counts its ids from the beginning. */
export const IslandContext = createContext("page");

/**
 * An id for an element that a script adds. An element that the server renders too needs a fixed id: the
 * server counts through all islands, the browser through each of them.
 */
export function useIslandId(): string {
  return `${useContext(IslandContext)}-${useId()}`;
}
