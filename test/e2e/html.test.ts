// The HTML report in a real Chromium: what people see and do, and what nobody must be able to do with it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Report } from "../../lib/model/report.ts";
import { toTrendPoint } from "../../lib/model/trend.ts";
import { toHtml } from "../../lib/report/html.ts";
import { HOSTILE_TEXTS, withText } from "../report/formats/hostile-report.ts";
import { toHugeReport } from "../report/huge-report.ts";
import { sampleReport } from "../report/sample-report.ts";
import { withSuggestion } from "../report/with-suggestion.ts";
import { findBrowser, launch } from "../../build/browser.ts";

/** Scripts for the page are texts, because the tests themselves have no document. */
const OPEN_DETAILS = `for (const details of document.querySelectorAll("details")) details.open = true;`;

const HAS_EMPTY_DETAILS = `document.querySelector(":is(.cluster, .finding)[open]:not(:has(> .body))") !== null`;
const OPEN_TILES = `for (const cluster of document.querySelectorAll(".cluster")) cluster.querySelector(".tile")?.click();`;

const TAKE_OVER = `(() => {
  const refused = [];
  const attempt = (name, act) => {
    try {
      act();
    } catch {
      refused.push(name);
    }
  };
  attempt("innerHTML", () => {
    document.body.innerHTML = "<img src=x>";
  });
  attempt("script", () => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'taken over'";
    document.body.append(script);
  });
  return { refused, title: document.title };
})()`;

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

const executable = findBrowser();
const root = join(import.meta.dirname, "..", "..");

describe("the HTML report", { skip: executable === null ? "no Chromium" : false }, () => {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-html-"));
  let browser: Browser;

  before(async () => {
    browser = await launch(executable ?? "");
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Opened {
    readonly page: Page;
    /** What the console, errors and the network had to say; must stay empty. */
    readonly complaints: string[];
    readonly close: () => Promise<void>;
  }

  async function openFile(html: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const path = join(folder, "report.html");
    writeFileSync(path, html);
    return open(pathToFileURL(path).href, options);
  }

  async function open(address: string, options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      const isOwn = request.url() === address || request.url().startsWith("data:image/svg");
      if (!isOwn) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    return { page, complaints, close: () => context.close() };
  }

  async function withPage(
    report: Report,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
  ): Promise<void> {
    const opened = await openFile(toHtml(report), options);
    await use(opened.page);
    assert.deepEqual(opened.complaints, []);
    await opened.close();
  }

  /** Everything that can be opened, opened. */
  async function openAll(page: Page): Promise<void> {
    await page.evaluate(OPEN_DETAILS);
    await waitUntilMade(page);
    await page.evaluate(OPEN_DETAILS);
    await waitUntilMade(page);
    await page.evaluate(OPEN_TILES);
  }

  /** Bodies are made when the browser says, a little later, that something was opened. */
  async function waitUntilMade(page: Page): Promise<void> {
    while (await page.evaluate<boolean>(HAS_EMPTY_DETAILS)) await page.waitForTimeout(10);
  }

  test("from a file: nothing in the console, and no request leaves the page", async () => {
    await withPage(sampleReport, async (page) => {
      await openAll(page);
      assert.match(await page.locator("h1").innerText(), /enforced in 1 of 3 clusters/);
    });
  });

  test("from a web server: the same", async () => {
    const html = toHtml(sampleReport);
    const server = createServer((_, response) => {
      response.setHeader("content-type", "text/html").end(html);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const opened = await open(`http://127.0.0.1:${port}/report.html`);
    await openAll(opened.page);
    assert.deepEqual(opened.complaints, []);
    await opened.close();
    server.close();
  });

  test("the policy is in force: markup from text and foreign scripts are refused", async () => {
    const { page, close } = await openFile(toHtml(sampleReport));
    const attempts = await page.evaluate<{ refused: string[]; title: string }>(TAKE_OVER);
    assert.deepEqual(attempts.refused, ["innerHTML", "script"]);
    assert.doesNotMatch(attempts.title, /taken over/);
    await close();
  });

  test("blind spots are seen without scrolling or opening", async () => {
    await withPage(sampleReport, async (page) => {
      assert.ok(await page.locator(".notice", { hasText: "Incomplete." }).isVisible());
      const coverage = await page.locator("#coverage tbody tr").allInnerTexts();
      assert.equal(coverage.length, 4);
      assert.ok(coverage.some((row) => row.includes("data-prod") && row.includes("unreachable")));
    });
  });

  test("the heat map leads to a cluster, the tile to a namespace with its picture", async () => {
    await withPage(sampleReport, async (page) => {
      await page.locator("#heat-map a", { hasText: "shop-prod" }).click();
      const cluster = page.locator("details.cluster[open]", { hasText: "shop-prod" });
      await cluster.waitFor();
      assert.ok(
        await cluster.locator(".ladder", { hasText: "enable-network-policy=false" }).first().isVisible(),
      );
      const tile = cluster.locator(".tile", { hasText: "checkout" });
      await tile.click();
      assert.equal(await tile.getAttribute("aria-expanded"), "true");
      const panel = cluster.locator(".namespace");
      assert.match(
        await panel.locator("svg.picture").getAttribute("aria-label").then(String),
        /checkout-worker: /,
      );
      assert.match(await panel.innerText(), /Nothing enforces the policies here/);
      assert.equal(await panel.locator("svg.picture .peer-shut").count(), 0);
      assert.match(await panel.locator("tbody tr").first().innerText(), /would be isolated/);
      await tile.click();
      assert.equal(await cluster.locator(".namespace").count(), 0);
    });
  });

  test("a namespace is drawn as it is and with the policies that are suggested for it", async () => {
    await withPage(withSuggestion("argocd-server"), async (page) => {
      await page.locator("#heat-map a", { hasText: "shop-prod" }).click();
      const cluster = page.locator("details.cluster[open]", { hasText: "shop-prod" });
      await cluster.locator(".tile", { hasText: "argocd" }).click();
      const panel = cluster.locator(".namespace");
      assert.deepEqual(await panel.locator("h6").allInnerTexts(), [
        "Now Unprotected",
        "With the 2 suggested policies Isolated",
      ]);
      const drawn = panel.locator("svg.picture");
      assert.equal(await drawn.count(), 2);
      assert.equal(await drawn.nth(0).locator(".path-bad").count(), 4);
      assert.equal(await drawn.nth(1).locator(".path-bad").count(), 0);
      assert.equal(await drawn.nth(1).locator(".path-good").count(), 1);
      assert.equal(await drawn.nth(1).locator(".gate").count(), 2);
      await panel.locator(".words summary").nth(1).click();
      assert.match(
        await panel.locator(".words").nth(1).innerText(),
        /ingress pods with app=argocd-server in the same namespace on TCP 80; egress nobody\./,
      );
      assert.match(await cluster.innerText(), /Of 2 namespaces the suggested policies are not drawn here/);
    });
  });

  test("a command is copied with one click", async () => {
    const permissions = { permissions: ["clipboard-read", "clipboard-write"] };
    await withPage(
      sampleReport,
      async (page) => {
        await page.locator("#heat-map a", { hasText: "shop-prod" }).click();
        const command = page.locator("details.cluster[open] .command").first();
        await command.locator("button").click();
        await command.locator("button", { hasText: "Copied" }).waitFor();
        const copied = await page.evaluate<string>("navigator.clipboard.readText()");
        assert.equal(copied, await command.locator("code").innerText());
        assert.match(copied, /^kubectl /);
      },
      permissions,
    );
  });

  test("filters and search narrow the findings, and say how many are left", async () => {
    await withPage(sampleReport, async (page) => {
      const entries = page.locator("#findings .finding");
      const said = page.locator("#findings > [role=status]");
      assert.equal(await entries.count(), 6);
      await page.getByLabel("Search").fill("argocd redis");
      await said.filter({ hasText: "1 finding of 7" }).waitFor();
      assert.match(await entries.innerText(), /NETPOL\.40/);
      await page.getByRole("button", { name: "Clear" }).click();
      assert.equal(await entries.count(), 6);
      await page.getByLabel("Passed").check();
      assert.equal(await entries.count(), 7);
      await page.getByLabel("high").uncheck();
      assert.equal(await entries.count(), 4);
      await page
        .getByLabel("Control")
        .selectOption({ label: "NETPOL.20 Namespaces should have a NetworkPolicy" });
      assert.equal(await entries.count(), 1);
      await page.getByLabel("Search").fill("nothing like this");
      await page.getByText("No finding matches.").waitFor();
    });
  });

  test("it works by keyboard alone", async () => {
    await withPage(sampleReport, async (page) => {
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "Skip to the report");
      const summary = page.locator("details.cluster summary").first();
      await summary.focus();
      await page.keyboard.press("Enter");
      await page.locator("details.cluster[open] h4").first().waitFor();
      await page.locator("details.cluster[open] .tile").first().focus();
      await page.keyboard.press("Space");
      await page.locator(".namespace").first().waitFor();
    });
  });

  function focused(page: Page): Promise<string> {
    return page.evaluate<string>("document.activeElement.textContent");
  }

  test("dark as the system says, and as the button says", async () => {
    const background = (page: Page): Promise<string> =>
      page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const seen: Record<string, string> = {};
    for (const colorScheme of ["light", "dark"] as const)
      await withPage(
        sampleReport,
        async (page) => {
          seen[colorScheme] = await background(page);
          await page.locator("#theme").click();
          seen[`${colorScheme}, switched`] = await background(page);
        },
        { colorScheme },
      );
    assert.notEqual(seen["light"], seen["dark"]);
    assert.equal(seen["light, switched"], seen["dark"]);
    assert.equal(seen["dark, switched"], seen["light"]);
  });

  const [anyFinding, ...otherFindings] = sampleReport.findings;
  assert.ok(anyFinding !== undefined);
  const exemption = { until: "2026-12-01", owner: "team-a", reason: "moving house", source: "exemptions[0]" };
  const point = toTrendPoint(sampleReport);
  const trend = ["2026-11-18T06:00:00Z", "2026-11-19T06:00:00Z", "2026-11-21T06:00:00Z"].map(
    (startedAt, index) => ({
      ...point,
      startedAt,
      complete: index !== 1,
    }),
  );
  /** With every section that a page can have. */
  const fullReport: Report = {
    ...withSuggestion("argocd-server"),
    trend,
    findings: [{ ...anyFinding, status: "exempt", exemption }, ...otherFindings],
    probes: [
      { from: "a/pod/x", to: "b/pod/y", port: 80, protocol: "TCP", allowed: true, because: "no policy" },
      { from: "external", to: "b/pod/y", port: "http", protocol: "TCP", allowed: null, because: "not known" },
    ],
  };

  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 400])
      test(`axe-core finds nothing, ${colorScheme}, ${width} px, all opened`, async () => {
        const options = { colorScheme, viewport: { width, height: 900 } };
        const { page, close } = await openFile(toHtml(fullReport), options);
        await openAll(page);
        assert.equal(await page.locator("#exemptions, #probes").count(), 2);
        assert.deepEqual(await violationsOf(page), []);
        await close();
      });

  async function violationsOf(page: Page): Promise<readonly string[]> {
    await page.evaluate(axe);
    const { violations } = await page.evaluate<AxeResults>("axe.run()");
    return violations.map(
      ({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html} ${nodes[0]?.failureSummary}`,
    );
  }

  test("harmless in pictures", async () => {
    for (const text of HOSTILE_TEXTS)
      await withPage(withSuggestion(text), async (page) => {
        await openAll(page);
        const tile = page.locator(".tile", { hasText: "argocd" });
        if ((await tile.getAttribute("aria-expanded")) === "false") await tile.click();
        assert.equal(await page.locator(".namespace:has(.words) svg.picture").count(), 2);
        assert.equal(await page.locator("main img, main script, main iframe").count(), 0);
      });
  });

  for (const text of HOSTILE_TEXTS)
    test(`harmless: ${JSON.stringify(text).slice(0, 40)}`, async () => {
      await withPage(withText(text), async (page) => {
        await openAll(page);
        assert.equal(await page.locator("main img, main script, main iframe").count(), 0);
      });
    });

  for (const report of [sampleReport, withText("x".repeat(253)), withText("=".repeat(80))])
    test("at 400 px the page does not scroll sideways", async () => {
      await withPage(
        report,
        async (page) => {
          await openAll(page);
          const width = await page.evaluate<number>("document.documentElement.scrollWidth");
          assert.ok(width <= 400, `${width} px`);
        },
        { viewport: { width: 400, height: 800 } },
      );
    });

  test("without JavaScript the verdict, the blind spots and the posture are there", async () => {
    const { page, close } = await openFile(toHtml(sampleReport), { javaScriptEnabled: false });
    assert.ok(await page.locator("h1").isVisible());
    assert.equal(await page.locator("#coverage tbody tr").count(), 4);
    assert.equal(await page.locator("#heat-map tbody tr").count(), 3);
    assert.ok(await page.getByText("need JavaScript").isVisible());
    await close();
  });

  test("on paper the clusters are open, the controls are gone", async () => {
    await withPage(sampleReport, async (page) => {
      const pdf = await page.pdf({ format: "A4" });
      assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
      await page.emulateMedia({ media: "print" });
      assert.ok(!(await page.locator("#theme").isVisible()));
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      assert.equal(await page.locator("details.cluster:not([open])").count(), 0);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      assert.equal(await page.locator("details.cluster[open]").count(), 0);
    });
  });

  test("exemptions show who, why and until when, the first to end on top", async () => {
    const [first, second, ...others] = sampleReport.findings;
    assert.ok(first !== undefined && second !== undefined);
    const exemption = { owner: "team-a", reason: "moving house", source: "exemptions[0]" };
    const findings = [
      { ...first, status: "exempt" as const, exemption: { ...exemption, until: "2027-03-31" } },
      { ...second, status: "exempt" as const, exemption: { ...exemption, until: "2026-11-25" } },
      ...others,
    ];
    await withPage({ ...sampleReport, findings }, async (page) => {
      const rows = await page.locator("#exemptions tbody tr").allInnerTexts();
      assert.equal(rows.length, 2);
      assert.match(rows[0] ?? "", /2026-11-25 4 days left[^]*team-a[^]*moving house/);
      assert.match(rows[1] ?? "", /2027-03-31 130 days left/);
    });
  });

  test("500 clusters and 20,000 namespaces stay usable", async () => {
    const html = toHtml(toHugeReport(500, 40));
    assert.ok(html.length < 20_000_000, `${html.length} bytes`);
    const startedAt = performance.now();
    const opened = await openFile(html);
    const loadedMs = performance.now() - startedAt;
    const { page } = opened;
    assert.ok(await page.locator("#left-out").isVisible());
    const elements = await page.evaluate<number>("document.querySelectorAll('*').length");
    const searchedAt = performance.now();
    await page.getByLabel("Search").fill("product-39-of-499 netpol.20");
    await page.locator("#findings > [role=status]", { hasText: /^1 finding of/ }).waitFor();
    const searchedMs = performance.now() - searchedAt;
    assert.equal(await page.locator("details.cluster:not([hidden])").count(), 50);
    await page.getByLabel("Find a cluster").fill("cluster-499");
    await page.locator("details.cluster:not([hidden]) summary").click();
    await page.locator("details.cluster[open] .tile").first().waitFor();
    assert.equal(await page.locator("details.cluster[open] .tile").count(), 40);
    console.error(
      `    ${(html.length / 1e6).toFixed(1)} MB, loaded in ${loadedMs.toFixed(0)} ms, searched in ${searchedMs.toFixed(0)} ms, ${elements} elements`,
    );
    assert.ok(elements < 40_000, `${elements} elements`);
    assert.ok(loadedMs < 20_000 && searchedMs < 5_000, `${loadedMs} ms, ${searchedMs} ms`);
    assert.deepEqual(opened.complaints, []);
    await opened.close();
  });

  test("the demo's report, written by the command line", async () => {
    const path = join(folder, "demo.html");
    const command = [
      "bin/ringfence.mjs",
      "demo",
      "--exit-zero",
      "--quiet",
      "--format",
      "html",
      "--output",
      path,
    ];
    execFileSync(process.execPath, command, { cwd: root, timeout: 120_000 });
    assert.ok(statSync(path).size < 1_000_000);
    const { page, complaints, close } = await open(pathToFileURL(path).href);
    await openAll(page);
    assert.deepEqual(await violationsOf(page), []);
    assert.deepEqual(complaints, []);
    await close();
  });
});
