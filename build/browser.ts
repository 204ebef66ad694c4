// Finds a Chromium for the tests and screenshots of the HTML report, or installs Debian's where that is possible;
// says loudly when there is none.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const INSTALL_TIMEOUT_MS = 300_000;

/** null: there is none, and the reason was printed. */
export function findBrowser(): string | null {
  const found = PATHS.find((path) => existsSync(path));
  if (found !== undefined) return found;
  try {
    install();
  } catch (error) {
    console.error(
      `Chromium could not be installed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const installed = PATHS.find((path) => existsSync(path));
  if (installed !== undefined) return installed;
  console.error("!!! NOT TESTED: there is no Chromium here. Install one (Debian: apt-get install chromium).");
  return null;
}

/** Only as root of a Debian, where it needs to ask nobody. */
function install(): void {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  console.error("There is no Chromium here; installing Debian's …");
  const options = { stdio: "ignore", timeout: INSTALL_TIMEOUT_MS } as const;
  execFileSync("apt-get", ["update", "-q"], options);
  execFileSync("apt-get", ["install", "-q", "-y", "--no-install-recommends", "chromium"], options);
}

export function launch(executablePath: string): Promise<Browser> {
  // Chromium's sandbox cannot start as root in a container; the pages are our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
