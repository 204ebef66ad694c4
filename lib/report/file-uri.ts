// The path of a manifest as a URI reference, which SARIF wants.

import { toVisibleText } from "../model/visible-text.ts";

/** null for standard input, which has no address. */
export function toFileUri(path: string): string | null {
  if (path === "-" || path === "") return null;
  const slashed = toVisibleText(path.replaceAll("\\", "/"));
  const drive = /^[A-Za-z]:(?=\/)/.exec(slashed)?.[0] ?? "";
  const encoded = slashed.slice(drive.length).split("/").map(encodeURIComponent).join("/");
  if (drive !== "") return `file:///${drive}${encoded}`;
  return encoded.startsWith("/") ? `file://${encoded}` : encoded.replace(/^(?:\.\/)+/, "");
}
