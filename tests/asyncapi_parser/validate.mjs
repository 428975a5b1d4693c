// Says what AsyncAPI's own parser finds wrong with the document on standard input; nothing, if it is right.
import { readFileSync } from "node:fs";
import { Parser, DiagnosticSeverity } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(0, "utf8"));
const wrong = diagnostics.filter((found) => found.severity === DiagnosticSeverity.Error);
console.log(JSON.stringify({ channels: document?.channels().all().length ?? 0, wrong }));
