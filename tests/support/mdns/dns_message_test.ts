import { assertEquals, assertThrows } from "@std/assert";
import { encodePointerQuestion, readDnsMessage } from "./dns_message.ts";

const SERVICE = "085f636f64656d656d045f746370056c6f63616c00"; // _codemem._tcp.local, at 12
const CLASS_AND_TTL = "800100000078";
const MESSAGE = Uint8Array.fromHex([
  "000084000000000400000001",
  // PTR _codemem._tcp.local: x._codemem._tcp.local
  `${SERVICE}000c${CLASS_AND_TTL}00040178c00c`,
  // SRV x._codemem._tcp.local, at 43: port 7337, y.local
  `c02b0021${CLASS_AND_TTL}000a000000001ca90179c01a`,
  // TXT of it: v=3, t=ab
  `c02b0010${CLASS_AND_TTL}000903763d3304743d6162`,
  // A y.local, at 65
  `c0410001${CLASS_AND_TTL}00040a4d0002`,
  // AAAA y.local
  `c041001c${CLASS_AND_TTL}0010fe800000000000000000000000000001`,
].join(""));

Deno.test("the records of an advert are read through their compressed names", () => {
  const { isResponse, questions, records } = readDnsMessage(MESSAGE);
  assertEquals([isResponse, questions], [true, []]);
  assertEquals(records.map(({ name, type, ttlS, text }) => [name, type, ttlS, text]), [
    ["_codemem._tcp.local", "PTR", 120, "x._codemem._tcp.local"],
    ["x._codemem._tcp.local", "SRV", 120, "y.local:7337"],
    ["x._codemem._tcp.local", "TXT", 120, "v=3;t=ab"],
    ["y.local", "A", 120, "10.77.0.2"],
    ["y.local", "AAAA", 120, "fe80:0000:0000:0000:0000:0000:0000:0001"],
  ]);
});

Deno.test("a question is read as it was asked", () => {
  const { isResponse, questions } = readDnsMessage(encodePointerQuestion("_codemem._tcp.local"));
  assertEquals([isResponse, questions], [false, ["_codemem._tcp.local"]]);
});

Deno.test("a message that is cut off is not read", () => {
  assertThrows(() => readDnsMessage(MESSAGE.subarray(0, 30)), RangeError);
});
