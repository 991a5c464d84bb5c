/** A plain page that says what runs. */
import type { ViewerFacts } from "./handler.ts";

/** The page, as HTML. Everything that comes from outside is text in it. */
export function statusPage(facts: ViewerFacts): string {
  const listeners = facts.listeners.map(({ address, port, listening }) =>
    `<li>${escapeHtml(address)} port ${port}: ${listening ? "listening" : "not listening"}</li>`
  );
  const peers = facts.peers.map(({ name, state }) =>
    `<li>${escapeHtml(name)}: ${escapeHtml(state)}</li>`
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>codemem on ${escapeHtml(facts.deviceName)}</title></head>
<body>
<h1>codemem on ${escapeHtml(facts.deviceName)}</h1>
<p>Version ${escapeHtml(facts.version)}, ${facts.live} ${
    facts.live === 1 ? "memory" : "memories"
  }.</p>
<h2>Sync</h2>
<p>${escapeHtml(syncLine(facts))}</p>
<ul>${listeners.join("")}</ul>
<h2>Devices</h2>
${peers.length === 0 ? "<p>None is paired yet.</p>" : `<ul>${peers.join("")}</ul>`}
</body>
</html>
`;
}

function syncLine({ syncEnabled, syncError }: ViewerFacts): string {
  if (!syncEnabled) return "Sync is disabled.";
  return syncError === null ? "Sync is enabled." : `Sync is enabled but does not run: ${syncError}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
