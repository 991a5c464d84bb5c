import { assert, assertEquals } from "@std/assert";
import { isInnerList, parseDictionary } from "structured-headers";
import type { FieldLines, Message, RequestMessage } from "./http_message.ts";
import { signatureBase } from "./signature_base.ts";

function valueOf(message: Message, component: string): string | undefined {
  const covered = parseDictionary(`s=(${component})`).get("s")!;
  assert(isInnerList(covered));
  const built = signatureBase(message, covered);
  if ("problem" in built) return undefined;
  const line = built.base.split("\n")[0]!;
  assert(line.startsWith(`${component}: `), line);
  return line.slice(component.length + 2);
}

function request(target: string, fields: FieldLines = []): RequestMessage {
  return {
    method: "GET",
    target,
    scheme: "https",
    fields: [["Host", "WWW.Example.com:443"], ...fields],
  };
}

Deno.test("derived components have the values of RFC 9421 section 2.2", () => {
  const message = request("/path?param=value&foo=bar&baz=batman&qux=");
  const cases: [string, string | undefined][] = [
    ['"@method"', "GET"],
    ['"@authority"', "www.example.com"],
    ['"@scheme"', "https"],
    ['"@request-target"', "/path?param=value&foo=bar&baz=batman&qux="],
    ['"@target-uri"', "https://www.example.com/path?param=value&foo=bar&baz=batman&qux="],
    ['"@path"', "/path"],
    ['"@query"', "?param=value&foo=bar&baz=batman&qux="],
    ['"@query-param";name="baz"', "batman"],
    ['"@query-param";name="qux"', ""],
    ['"@query-param";name="none"', undefined],
    ['"@query-param"', undefined],
    ['"@method";name="x"', undefined],
    ['"@status"', undefined],
    ['"@unknown"', undefined],
    ['"@method";unknown', undefined],
    ['"@method";req', undefined],
  ];
  for (const [component, value] of cases) {
    assertEquals(valueOf(message, component), value, component);
  }
  assertEquals(valueOf(request("/path"), '"@query"'), "?");
  assertEquals(valueOf(request("/path?"), '"@query"'), "?");
});

Deno.test("query parameters are covered in their percent-encoded form", () => {
  const message = request(
    "/?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=x&two=1&two=2",
  );
  assertEquals(
    valueOf(message, '"@query-param";name="var"'),
    "this%20is%20a%20big%0Amultiline%20value",
  );
  assertEquals(valueOf(message, '"@query-param";name="bar"'), "with%20plus%20whitespace");
  assertEquals(valueOf(message, '"@query-param";name="fa%C3%A7ade%22%3A%20"'), "x");
  assertEquals(valueOf(message, '"@query-param";name="two"'), undefined);
});

Deno.test("fields have the values of RFC 9421 section 2.1", () => {
  const message: Message = {
    ...request("/", [
      ["X-OWS-Header", "   Leading and trailing whitespace.   "],
      ["X-Obs-Fold-Header", "Obsolete\r\n    line folding."],
      ["Cache-Control", "max-age=60"],
      ["Cache-Control", "   must-revalidate"],
      ["Example-Dict", " a=1,    b=2;x=1;y=2,   c=(a   b   c), d"],
      ["Empty", ""],
    ]),
    trailers: [["Expires", "Wed, 9 Nov 2022 07:28:00 GMT"]],
  };
  const cases: [string, string | undefined][] = [
    ['"x-ows-header"', "Leading and trailing whitespace."],
    ['"x-obs-fold-header"', "Obsolete line folding."],
    ['"cache-control"', "max-age=60, must-revalidate"],
    ['"cache-control";sf', "max-age=60, must-revalidate"],
    ['"cache-control";bs', ":bWF4LWFnZT02MA==:, :bXVzdC1yZXZhbGlkYXRl:"],
    ['"example-dict"', "a=1,    b=2;x=1;y=2,   c=(a   b   c), d"],
    ['"example-dict";sf', "a=1, b=2;x=1;y=2, c=(a b c), d"],
    ['"example-dict";key="b"', "2;x=1;y=2"],
    ['"example-dict";key="c"', "(a b c)"],
    ['"example-dict";key="none"', undefined],
    ['"example-dict";bs;sf', undefined],
    ['"empty"', ""],
    ['"absent"', undefined],
    ['"Cache-Control"', undefined],
    ['"expires"', undefined],
    ['"expires";tr', "Wed, 9 Nov 2022 07:28:00 GMT"],
  ];
  for (const [component, value] of cases) {
    assertEquals(valueOf(message, component), value, component);
  }
});

Deno.test("a component may be covered once, whatever the order of its parameters", () => {
  const message = request("/", [["a", "x=1"]]);
  const doubles = [
    '"@method" "@method"',
    '"a";key="x";req "a";req;key="x"',
    '"a";key="x" "a";key="x"',
  ];
  for (const list of doubles) {
    const covered = parseDictionary(`s=(${list})`).get("s")!;
    assert(isInnerList(covered));
    assert("problem" in signatureBase(message, covered), list);
  }
});

Deno.test("a value with a line break or a character beyond ASCII has no base", () => {
  for (const value of ["a\nb", "a\u0000", "é"]) {
    assertEquals(valueOf(request("/", [["x", value]]), '"x"'), undefined);
  }
});
