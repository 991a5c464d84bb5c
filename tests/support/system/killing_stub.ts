/** A stub of `secret-tool` that passes every call on to the real one, and kills who makes one of them. */

/** @returns lines of `sh` for a stub program: it kills its caller before or after a call of that number */
export function killingSecretTool(call: number, when: "before" | "after"): string {
  // A call that its caller did not come to make is not made after its end either: nobody waits for it.
  const then = when === "before" ? "exit 1" : "sleep 0.2";
  const kill = `[ "$calls" -eq ${call} ] && { kill -9 $PPID; ${then}; }`;
  const real = `/usr/bin/secret-tool "$@" < "$dir/stdin"; code=$?`;
  return [...when === "before" ? [kill, real] : [real, kill], "exit $code"].join("\n");
}
