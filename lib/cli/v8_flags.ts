/** How the engine is set, wherever this program is run. */

/**
 * An engine that has become idle collects garbage up to three times, seconds apart, each time with all
 * its threads. The first time gives back nearly all that there is to be given back.
 */
export const V8_FLAGS = "--v8-flags=--memory-reducer-gc-count=1";
