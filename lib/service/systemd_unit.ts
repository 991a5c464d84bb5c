/** The unit file of the service for systemd's user manager: systemd.unit(5), systemd.service(5). */
import { CodememError } from "../errors.ts";
import { requirePrintable, type ServiceDefinition } from "./definition.ts";

/** A graceful end takes at most 5 s; whatever is left after this is killed. */
const STOP_TIMEOUT_S = 7;

/**
 * What the process may never do. These are filters of system calls, which every user manager can set.
 * Left out, and why: docs/decisions/0016-what-the-service-is-kept-from.md.
 */
const HARDENING = [
  "NoNewPrivileges=yes",
  "LockPersonality=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "RestrictNamespaces=yes",
  "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
  "SystemCallArchitectures=native",
  "UMask=0077",
];

/**
 * Writes the unit.
 *
 * @throws invalid_input where systemd cannot be told of such a program
 */
export function systemdUnit(definition: ServiceDefinition): string {
  requirePrintable(definition);
  const { program: [path = "", ...words], environment, stderrPath } = definition;
  // systemd.service(5): the colon keeps "$" in the words from being a variable.
  const start = [`:${quote(requireRunnable(path))}`, ...words.map(quote)].join(" ");
  const variables = Object.entries(environment)
    .map(([name, value]) => `Environment=${quote(`${name}=${value}`)}`);
  return `${
    [
      "[Unit]",
      "Description=codemem: the memory of coding agents, kept in sync between devices",
      "StartLimitIntervalSec=300",
      "StartLimitBurst=5",
      "",
      "[Service]",
      "Type=notify",
      `ExecStart=${start}`,
      ...variables,
      "Restart=on-failure",
      "RestartSec=5",
      "# Settings that cannot be used do not become better by trying again.",
      "RestartPreventExitStatus=2",
      "# The first start takes in an earlier database, which may be a large one.",
      "TimeoutStartSec=600",
      `TimeoutStopSec=${STOP_TIMEOUT_S}`,
      `StandardError=append:${escapeSpecifiers(stderrPath)}`,
      ...HARDENING,
      "",
      "[Install]",
      "WantedBy=default.target",
    ].join("\n")
  }\n`;
}

/** One word in the quoting of systemd.syntax(7); `%` begins a specifier (systemd.unit(5)). */
function quote(word: string): string {
  return `"${escapeSpecifiers(word).replaceAll(/[\\"]/g, "\\$&")}"`;
}

function escapeSpecifiers(text: string): string {
  return text.replaceAll("%", "%%");
}

/** systemd takes no quotes and no backslash in the path of a program, however they are escaped. */
function requireRunnable(path: string): string {
  if (path.startsWith("/") && !/["'\\]/.test(path)) return path;
  throw new CodememError("invalid_input", `systemd cannot run a program at ${path}`, {
    hint: "Move it to a path without quotes and backslashes",
  });
}
