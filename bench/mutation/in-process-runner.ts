// A Stryker test runner that starts Node once: the tests of lib/netpol with the instrumented code are bundled
// into one script, and each mutant evaluates it afresh, so that nothing computed under one is seen by another.
// May not import Stryker, which is not installed with the repository: the interfaces are the parts that it uses.

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
/**
 * Not among the tests: random ones, whose verdict on a mutant would be luck, those of the whole offline command, and
 * those of manifests that may be absent.
 */
const LEFT_OUT = new Set(["laws.test.ts", "peers.test.ts", "realistic.test.ts"]);

type Coverage = Record<string, number>;

/** What the instrumented code reads and writes as the global `__stryker__`. */
interface InstrumenterContext {
  activeMutant?: string;
  currentTestId?: string | undefined;
  mutantCoverage?: { readonly static: Coverage; readonly perTest: Record<string, Coverage> };
  hitCount?: number;
  hitLimit?: number;
}

interface MutantRunOptions {
  readonly activeMutant: { readonly id: string };
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
}

interface Failure {
  readonly id: string;
  readonly message: string;
}

type Bundle = ReturnType<typeof compileFunction>;

interface Test {
  readonly id: string;
  readonly name: string;
  readonly run: () => unknown;
}

/** So that a property test of a bundled file tries the same values on every mutant. */
const SEED = `import { configureGlobal } from "fast-check"; configureGlobal({ seed: 1, endOnFailure: true });`;

/** The working directory is Stryker's copy of the repository, though not yet when this file is loaded. */
async function bundle(): Promise<Bundle> {
  const resolveDir = join(process.cwd(), "test", "netpol");
  const files = readdirSync(resolveDir).filter((name) => name.endsWith(".test.ts") && !LEFT_OUT.has(name));
  const { outputFiles } = await build({
    stdin: { contents: [SEED, ...files.map((name) => `import "./${name}";`)].join("\n"), resolveDir },
    absWorkingDir: process.cwd(),
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "esnext",
    packages: "external",
  });
  return compileFunction(outputFiles[0]?.text ?? "", ["require"]);
}

/** Evaluates the bundle, which registers its tests with what it takes for `node:test`. */
function load(evaluate: Bundle): readonly Test[] {
  const tests: Test[] = [];
  const test = (name: string, run: () => unknown): void => {
    tests.push({ id: `${tests.length} ${name}`, name, run });
  };
  evaluate((id: string): unknown => (id === "node:test" ? { test } : require(id)));
  return tests;
}

function setContext(context: InstrumenterContext): InstrumenterContext {
  return Object.assign(globalThis, { __stryker__: context }).__stryker__;
}

async function firstFailure(evaluate: Bundle, isWanted: (test: Test) => boolean): Promise<Failure | null> {
  let id = "load";
  try {
    for (const test of load(evaluate).filter(isWanted)) {
      ({ id } = test);
      await test.run();
    }
    return null;
  } catch (error) {
    return { id, message: String(error) };
  }
}

class InProcessRunner {
  #bundle: Promise<Bundle> | null = null;

  capabilities(): object {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    this.#bundle = bundle();
    await this.#bundle;
  }

  /** Every test must pass without a mutant; which mutants each of them reaches is noted. */
  async dryRun(): Promise<object> {
    const evaluate = await this.#loaded();
    const mutantCoverage = { static: {}, perTest: {} };
    const context = setContext({ mutantCoverage });
    const tests: object[] = [];
    for (const { id, name, run } of load(evaluate)) {
      context.currentTestId = id;
      const started = performance.now();
      await run();
      tests.push({ id, name, status: 0, timeSpentMs: performance.now() - started });
    }
    return { status: "complete", tests, mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }: MutantRunOptions): Promise<object> {
    const evaluate = await this.#loaded();
    const limits = hitLimit === undefined ? {} : { hitCount: 0, hitLimit };
    const context = setContext({ activeMutant: activeMutant.id, ...limits });
    const wanted = testFilter && new Set(testFilter);
    const failure = await firstFailure(evaluate, ({ id }) => wanted?.has(id) ?? true);
    if (hitLimit !== undefined && (context.hitCount ?? 0) > hitLimit)
      return { status: "timeout", reason: `reached ${context.hitCount} times: an endless loop` };
    const nrOfTests = testFilter?.length ?? 0;
    if (failure === null) return { status: "survived", nrOfTests };
    return { status: "killed", killedBy: [failure.id], failureMessage: failure.message, nrOfTests };
  }

  async #loaded(): Promise<Bundle> {
    if (this.#bundle === null) throw new Error("init comes first");
    return this.#bundle;
  }
}

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", injectableClass: InProcessRunner }];
