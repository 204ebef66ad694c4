// How large the HTML report of 500 clusters and 20,000 namespaces is, and how long Chromium takes until a person can
// read it, use it and find something in it; as ratios to JSON.parse of its data there. Run: npm run bench:html [rounds]

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { findBrowser, launch } from "../build/browser.ts";
import { toHtml } from "../lib/report/html.ts";
import { toHugeReport } from "../test/report/huge-report.ts";
import { printTable, spreadOf } from "./spread.ts";

const DEFAULT_ROUNDS = 5;
const CLUSTERS = 500;
const NAMESPACES_PER_CLUSTER = 40;

/** Milliseconds. */
interface Round {
  /** JSON.parse of the page's data: nobody who shows it can be faster. */
  readonly floor: number;
  /** First paint of the verdict, which needs no script. */
  readonly readable: number;
  /** The script has ended, and the main thread is free. */
  readonly interactive: number;
  /** From the last letter of a search until its result is painted. */
  readonly search: number;
  /** From a click on a cluster until its namespaces are painted. */
  readonly opening: number;
}

/** Scripts for the page are texts, because this file has no document. */
const PAINTED = `new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))`;
const WHEN_IDLE = `new Promise((done) => requestIdleCallback(() => done(performance.now())))`;
const FIRST_PAINT = `performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? performance.now()`;
const PARSE = `(() => {
  const text = document.getElementById("data").textContent;
  const startedAt = performance.now();
  JSON.parse(text);
  return performance.now() - startedAt;
})()`;
const SEARCH = `(() => {
  const input = document.getElementById("search") ?? document.querySelector("#findings input[type=search]");
  const startedAt = performance.now();
  input.value = "product-39-of-499 netpol.20";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  const said = document.querySelector("#findings > [role=status]");
  return new Promise((done) => {
    const look = () =>
      said.textContent.startsWith("1 finding of") ? done(performance.now() - startedAt) : requestAnimationFrame(look);
    look();
  });
})()`;
const OPEN = `(() => {
  const cluster = document.querySelector("details.cluster:not([hidden])");
  const startedAt = performance.now();
  cluster.open = true;
  return new Promise((done) => {
    const look = () =>
      cluster.querySelector(".tile") === null ? requestAnimationFrame(look) : done(performance.now() - startedAt);
    look();
  });
})()`;

async function measure(browser: Browser, address: string): Promise<Round> {
  const page: Page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(address);
  const interactive = await page.evaluate<number>(WHEN_IDLE);
  await page.evaluate(PAINTED);
  const readable = await page.evaluate<number>(FIRST_PAINT);
  const search = await page.evaluate<number>(SEARCH);
  const opening = await page.evaluate<number>(OPEN);
  const floor = await page.evaluate<number>(PARSE);
  await page.close();
  return { floor, readable, interactive, search, opening };
}

async function run(executable: string, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-bench-"));
  const path = join(folder, "report.html");
  const renderedFrom = performance.now();
  const html = toHtml(toHugeReport(CLUSTERS, NAMESPACES_PER_CLUSTER));
  const renderMs = performance.now() - renderedFrom;
  writeFileSync(path, html);
  const megabytes = (text: string | Buffer): string => (Buffer.byteLength(text) / 1e6).toFixed(1);
  console.log(
    `${CLUSTERS} clusters, ${CLUSTERS * NAMESPACES_PER_CLUSTER} namespaces: ${megabytes(html)} MB (${megabytes(gzipSync(html))} MB gzipped), made in ${renderMs.toFixed(0)} ms`,
  );
  const browser = await launch(executable);
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1)
    measured.push(await measure(browser, pathToFileURL(path).href));
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  console.log(
    `${rounds} rounds (min / median / max); the floor is JSON.parse of the page's data in Chromium\n`,
  );
  printTable([
    ["what", "ms", "of the floor"],
    ...(["floor", "readable", "interactive", "search", "opening"] as const).map((what) => [
      what,
      spreadOf(
        measured.map((round) => round[what]),
        0,
      ),
      spreadOf(
        measured.map((round) => round[what] / round.floor),
        1,
      ),
    ]),
  ]);
}

const executable = findBrowser();
// As bench/run.ts knows a bench that has nothing to run with.
if (executable === null) process.exitCode = 77;
else await run(executable, Number(process.argv[2] ?? DEFAULT_ROUNDS));
