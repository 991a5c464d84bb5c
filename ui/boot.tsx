import { hydrate } from "preact";
import { useState } from "preact/hooks";
import { signal } from "@preact/signals";
const n = signal(0);
function Counter() { const [a, setA] = useState(1); return <button type="button" onClick={() => { setA(a + 1); n.value++; }}>{a} {n}</button>; }
const el = document.getElementById("x");
if (el) hydrate(<Counter />, el);
