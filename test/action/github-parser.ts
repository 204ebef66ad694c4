// GitHub's own parser of actions and workflows. Its files import JSON without the attribute that Node asks for, so
// it is bundled first.

import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TemplateParseResult, TraceWriter } from "@actions/workflow-parser";
import { build } from "esbuild";

type Parse = (
  file: { readonly name: string; readonly content: string },
  trace: TraceWriter,
) => Pick<TemplateParseResult, "context">;

interface Parser {
  readonly parseAction: Parse;
  readonly parseWorkflow: Parse;
  readonly NoOperationTraceWriter: new () => TraceWriter;
}

const ENTRY = `
export { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
export { parseAction } from "@actions/workflow-parser/actions/action-parser";`;

export interface GithubParser {
  readonly errorsOfAction: (content: string) => readonly string[];
  readonly errorsOfWorkflow: (content: string) => readonly string[];
}

export async function loadGithubParser(): Promise<GithubParser> {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-parser-"));
  const outfile = join(folder, "parser.cjs");
  try {
    await build({
      stdin: { contents: ENTRY, resolveDir: import.meta.dirname },
      bundle: true,
      platform: "node",
      format: "cjs",
      outfile,
    });
    const parser = createRequire(import.meta.url)(outfile) as Parser;
    const errorsBy = (parse: Parse) => (content: string) =>
      parse({ name: "file.yml", content }, new parser.NoOperationTraceWriter())
        .context.errors.getErrors()
        .map(({ message }) => message);
    return { errorsOfAction: errorsBy(parser.parseAction), errorsOfWorkflow: errorsBy(parser.parseWorkflow) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
