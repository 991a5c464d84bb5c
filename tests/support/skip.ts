/** Options for a test that not every machine can run. */

/** What {@link skipUnless} makes of a test that cannot run here. */
export interface SkippableTest {
  readonly name: string;
  readonly ignore: boolean;
}

/**
 * Options of a test that runs only where `condition` holds; elsewhere its name says why it was
 * skipped, since the runner shows nothing else of an ignored test.
 *
 * CI installs whatever a Debian root can run, so nothing may be skipped there but what needs another
 * operating system: name that one in `os`.
 *
 * @example
 * Deno.test(skipUnless(hasIproute2, "needs iproute2", "two hosts meet"), async () => { … });
 *
 * @param reason in a few words, for example `needs iproute2`
 * @throws {Error} in CI, where the test would be skipped on the system it is for
 */
export function skipUnless(
  condition: boolean,
  reason: string,
  name: string,
  { os = Deno.build.os, isCi = Deno.env.get("CI") === "true" }: {
    readonly os?: typeof Deno.build.os;
    readonly isCi?: boolean;
  } = {},
): SkippableTest {
  if (condition) return { name, ignore: false };
  if (isCi && os === Deno.build.os) throw new Error(`CI must not skip "${name}": ${reason}`);
  return { name: `${name} (skipped: ${reason})`, ignore: true };
}
