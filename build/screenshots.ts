// `npm run screenshots` makes docs/screenshots/ from the demo's HTML report, as the README shows them.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { findBrowser, launch } from "./browser.ts";

const root = join(import.meta.dirname, "..");
const target = join(root, "docs", "screenshots");
const SCALE = 1.5;

interface Shot {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
  /** Gives the part that is shown; null: what a window shows. */
  readonly prepare: (page: Page) => Promise<Locator | null>;
}

const wholeWindow = (): Promise<null> => Promise.resolve(null);

const SHOTS: readonly Shot[] = [
  { name: "report-light", width: 1180, height: 1010, colorScheme: "light", prepare: wholeWindow },
  { name: "report-dark", width: 1180, height: 1010, colorScheme: "dark", prepare: wholeWindow },
  {
    name: "namespace-inert",
    width: 1180,
    height: 900,
    colorScheme: "light",
    prepare: (page) => openNamespace(page, "shop-prod-us", "checkout"),
  },
  {
    name: "namespace-suggested",
    width: 1180,
    height: 860,
    colorScheme: "dark",
    prepare: async (page) => {
      await openNamespace(page, "shop-prod", "search");
      return page.locator("details.cluster[open] .namespace");
    },
  },
  {
    name: "findings",
    width: 1180,
    height: 900,
    colorScheme: "light",
    prepare: async (page) => {
      await page.getByLabel("Search").fill("shop-prod-us");
      await page.locator("#findings .finding summary").first().click();
      await page.locator("#findings").evaluate("element => element.scrollIntoView()");
      return null;
    },
  },
  { name: "report-narrow", width: 400, height: 860, colorScheme: "light", prepare: wholeWindow },
];

async function openNamespace(page: Page, cluster: string, namespace: string): Promise<null> {
  const section = page.locator("details.cluster", {
    has: page.locator("h3", { hasText: new RegExp(`^${cluster}$`) }),
  });
  await section.locator("summary").first().click();
  await section.locator(".tile", { hasText: namespace }).click();
  await section.locator("h4", { hasText: "Namespaces" }).evaluate("element => element.scrollIntoView()");
  return null;
}

async function takeAll(executable: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-screenshots-"));
  const report = join(folder, "report.html");
  const command = [
    "bin/ringfence.mjs",
    "demo",
    "--exit-zero",
    "--quiet",
    "--format",
    "html",
    "--output",
    report,
  ];
  execFileSync(process.execPath, command, { cwd: root, stdio: "inherit" });
  mkdirSync(target, { recursive: true });
  const browser = await launch(executable);
  for (const { name, width, height, colorScheme, prepare } of SHOTS) {
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme,
      deviceScaleFactor: SCALE,
    });
    await page.goto(pathToFileURL(report).href);
    const part = await prepare(page);
    await (part ?? page).screenshot({ path: join(target, `${name}.png`) });
    await page.close();
    console.log(`docs/screenshots/${name}.png`);
  }
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

const executable = findBrowser();
if (executable === null) process.exitCode = 1;
else await takeAll(executable);
