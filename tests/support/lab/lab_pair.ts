/** Two devices on one network of a lab that run, are paired and have met. */
import type { Running } from "../devices/home.ts";
import { LabHome, meet } from "./lab_home.ts";
import type { LabHost } from "./lab_host.ts";
import { pairHomes } from "../devices/loopback_home.ts";
import { makeLan } from "./network_lab.ts";

/** Both of them, at 10.77.0.1 and 10.77.0.2, and a stranger at 10.77.0.3. */
export interface LabPair extends AsyncDisposable {
  readonly alice: LabHome;
  readonly bob: LabHome;
  readonly mallory: LabHost;
  /** Each one's `serve`. */
  readonly serving: { readonly alice: Running; readonly bob: Running };
}

/** Options of {@link startLabPair}. */
export interface LabPairOptions {
  /** Of both devices, beside those that a fresh device has. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Comes before anything else runs on the hosts; what it adds to `parts` ends after all of it. */
  readonly prepare?: (
    hosts: Readonly<Record<"alice" | "bob", LabHost>>,
    parts: AsyncDisposableStack,
  ) => Promise<void>;
}

/** Starts them. @param test as for {@link NetworkLab.make} */
export async function startLabPair(test: string, options: LabPairOptions = {}): Promise<LabPair> {
  await using parts = new AsyncDisposableStack();
  const { hosts } = parts.use(await makeLan(test, ["alice", "bob", "mallory"]));
  await options.prepare?.(hosts, parts);
  const alice = parts.use(await LabHome.on(hosts.alice, options.settings));
  const bob = parts.use(await LabHome.on(hosts.bob, options.settings));
  const serving = { alice: parts.use(await alice.serve()), bob: parts.use(await bob.serve()) };
  await pairHomes(alice, bob);
  await meet(alice, bob);
  const kept = parts.move();
  const { mallory } = hosts;
  return { alice, bob, mallory, serving, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
