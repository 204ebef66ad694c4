// A Stryker test runner that starts Node once: the tests of the mutated folders with the instrumented code are
// bundled into one script, and each mutant evaluates it afresh, so that nothing of one is seen by another.
// May not import Stryker, which is not installed with the repository: the interfaces are the parts that it uses.

import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { compileFunction } from "node:vm";
import { build, type Plugin } from "esbuild";

const require = createRequire(import.meta.url);
/**
 * Not among the tests: random ones, whose verdict on a mutant would be luck, those of whole commands, other threads
 * and servers, and those of files that may be absent.
 */
const LEFT_OUT = new Set([
  "enforcement/blindness.test.ts",
  "enforcement/tenants.test.ts",
  "enforcement/upstream-manifests.test.ts",
  "netpol/growth.test.ts",
  "netpol/laws.test.ts",
  "netpol/peers.test.ts",
  "netpol/realistic.test.ts",
  "scan/cilium-node-configs.test.ts",
  "scan/describe-target.test.ts",
  "scan/growth.test.ts",
  "scan/policy-resources.test.ts",
  "scan/publish-emulated.test.ts",
  "scan/reconcile-laws.test.ts",
  "scan/scan-chunk.test.ts",
  "scan/silent-nodes.test.ts",
  "scan/tombstones.test.ts",
]);

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

/** One script has one place: each file keeps its own. */
const OWN_PLACE: Plugin = {
  name: "own-place",
  setup: (bundler) =>
    bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: "ts",
      contents: (await readFile(path, "utf8"))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path))),
    })),
};

/** The tests of a file of lib/ are in the folder of test/ that is called like its own. */
function testsOf(mutate: readonly string[]): readonly string[] {
  const folders = new Set(mutate.map((path) => path.split("/")[1] ?? ""));
  return [...folders].flatMap((folder) =>
    readdirSync(join(process.cwd(), "test", folder))
      .map((name) => `${folder}/${name}`)
      .filter((name) => name.endsWith(".test.ts") && !LEFT_OUT.has(name)),
  );
}

/** The working directory is Stryker's copy of the repository, though not yet when this file is loaded. */
async function bundle(mutate: readonly string[]): Promise<Bundle> {
  const imports = testsOf(mutate).map((name) => `import "./${name}";`);
  const { outputFiles } = await build({
    stdin: { contents: [SEED, ...imports].join("\n"), resolveDir: join(process.cwd(), "test") },
    absWorkingDir: process.cwd(),
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "esnext",
    packages: "external",
    plugins: [OWN_PLACE],
  });
  return compileFunction(outputFiles[0]?.text ?? "", ["require"]);
}

/** What esbuild takes for the default of a module that was required: the whole of it. */
function requireDefault(id: string): unknown {
  const module: { readonly default?: unknown } = require(id);
  return types.isModuleNamespaceObject(module) && typeof module.default === "function"
    ? module.default
    : module;
}

/** Evaluates the bundle, which registers its tests with what it takes for `node:test`. */
function load(evaluate: Bundle): readonly Test[] {
  const tests: Test[] = [];
  const test = (name: string, run: () => unknown): void => {
    tests.push({ id: `${tests.length} ${name}`, name, run });
  };
  const describe = (_name: string, register: () => void): void => register();
  evaluate((id: string): unknown => (id === "node:test" ? { test, describe } : requireDefault(id)));
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
  /** What Stryker hands to the constructor. */
  static readonly inject = ["options"];
  readonly #mutate: readonly string[];
  #bundle: Promise<Bundle> | null = null;

  constructor({ mutate }: { readonly mutate: readonly string[] }) {
    this.#mutate = mutate;
  }

  capabilities(): object {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    this.#bundle = bundle(this.#mutate);
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
