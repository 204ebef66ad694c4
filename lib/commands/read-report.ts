// The report that `--report` names. What is none is told with the reason and the command that writes one.

import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { decodeFile, isUtf16, SAVE_AS_UTF_8 } from "../model/decode-file.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import type { ClusterReport, Report, ReportView } from "../model/report.ts";
import { compareScopes, type Scope } from "../model/scope-order.ts";
import { UsageError } from "../model/usage-error.ts";
import { openReport, parseReport, whyNoReport } from "../report/parse-report.ts";

const WRITE_ONE = "Write one with ringfence scan --format json --output FILE.";

/** What is longer is read piece by piece, each time that somebody asks for its clusters or its findings. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const BYTE_ORDER_MARK = Buffer.from("\uFEFF");

/** `name` is what the person who asked calls it. In the report's order. Throws a UsageError for what is no report. */
export function readReport(name: string, file: string, maxWholeBytes = MAX_WHOLE_BYTES): ReportView {
  const told = createFileErrors(name);
  // A pipe says that it has 0 bytes, and can be read only once.
  const { size } = told(() => statSync(file));
  const refuse = (why: string): UsageError => toRefusal(name, why);
  if (size <= maxWholeBytes) {
    const text = told(() => decodeFile(readFileSync(file)));
    if (text === null) throw refuse(`it is ${SAVE_AS_UTF_8}`);
    return toReport(name, text);
  }
  const [start = Buffer.of()] = readChunks(file, 0, told);
  if (isUtf16(start)) throw refuse("a report of this length is read in UTF-8 only, and this is UTF-16");
  const markLength = start.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0;
  return openReport((offset) => readChunks(file, markLength + offset, told), refuse);
}

/** Of a text. */
export function toReport(name: string, text: string): Report {
  const report = parseReport(text);
  if (report === null) throw toRefusal(name, text.trim() === "" ? "it is empty" : whyNoReport(text));
  return inOrder(report);
}

function toRefusal(name: string, why: string): UsageError {
  return new UsageError(`${name} is not a report that can be read: ${why}. ${WRITE_ONE}`);
}

/** As ringfence writes them; whoever joined two reports may not have. */
function inOrder(report: Report): Report {
  const scopeOf = ({ account, region, name }: ClusterReport): Scope => ({ account, region, cluster: name });
  return {
    ...report,
    clusters: report.clusters.toSorted((a, b) => compareScopes(scopeOf(a), scopeOf(b))),
    findings: report.findings.toSorted(compareScopes),
  };
}

/** One buffer for all of them: each is over when the next one is asked for. */
function* readChunks(file: string, from: number, told: Told): Generator<Buffer, void> {
  const descriptor = told(() => openSync(file, "r"));
  try {
    const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let at = from; ;) {
      const position = at;
      const bytes = told(() => readSync(descriptor, chunk, 0, CHUNK_BYTES, position));
      if (bytes === 0) return;
      yield chunk.subarray(0, bytes);
      at += bytes;
    }
  } finally {
    closeSync(descriptor);
  }
}

type Told = <T>(read: () => T) => T;

function createFileErrors(name: string): Told {
  return (read) => {
    try {
      return read();
    } catch (error) {
      throw new UsageError(`${name} cannot be read: ${explainFileError(error)}. ${WRITE_ONE}`);
    }
  };
}
