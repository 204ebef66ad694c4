// Reads the data that stands in the page.

import type { PageData } from "../page-data.ts";
import { unpackPage, type Page } from "./unpack.ts";

export function readPage(): Page {
  const text = document.getElementById("data")?.textContent;
  if (text === undefined || text === null) throw new Error("The page has lost its data.");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the same program into the same file
  return unpackPage(JSON.parse(text) as PageData);
}
