/** The property list of the service for launchd: launchd.plist(5). */
import { requirePrintable, type ServiceDefinition } from "./definition.ts";

/** A graceful end takes at most 5 s; whatever is left after this is killed. */
const EXIT_TIMEOUT_S = 7;

/** Not started more often than this. */
const THROTTLE_S = 10;

type Value = string | number | boolean | readonly string[] | { readonly [name: string]: Value };

/**
 * Writes the property list.
 *
 * @param label what launchd calls the service
 * @throws invalid_input where it cannot be written down
 */
export function launchdPlist(label: string, definition: ServiceDefinition): string {
  requirePrintable(definition);
  const { program, environment, stderrPath } = definition;
  const members: Value = {
    Label: label,
    ProgramArguments: program,
    EnvironmentVariables: environment,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_S,
    ExitTimeOut: EXIT_TIMEOUT_S,
    ProcessType: "Background",
    // In decimal: 0077.
    Umask: 0o077,
    StandardOutPath: "/dev/null",
    StandardErrorPath: stderrPath,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(members, "")}
</plist>
`;
}

function element(value: Value, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${escapeXml(value)}</string>`;
  if (typeof value === "number") return `${indent}<integer>${value}</integer>`;
  if (typeof value === "boolean") return `${indent}<${value}/>`;
  const inner = `${indent}  `;
  if (isList(value)) return nest("array", value.map((each) => element(each, inner)), indent);
  const lines = Object.entries(value)
    .flatMap(([name, each]) => [`${inner}<key>${escapeXml(name)}</key>`, element(each, inner)]);
  return nest("dict", lines, indent);
}

function isList(value: Value): value is readonly string[] {
  return Array.isArray(value);
}

function nest(name: string, lines: readonly string[], indent: string): string {
  return [`${indent}<${name}>`, ...lines, `${indent}</${name}>`].join("\n");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
