// Fuzzing of what starts and steers Ringfence: configuration, environment, events, questions, globs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { configurationFromEnvironment, parseConfiguration } from "../../lib/config/config.ts";
import { ENVIRONMENT_VARIABLES } from "../../lib/config/config-environment.ts";
import * as events from "../../lib/events.ts";
import { compileGlob } from "../../lib/glob.ts";
import { ConfigurationError } from "../../lib/model/configuration-error.ts";
import { parseProbe, parseTarget } from "../../lib/offline/parse-question.ts";
import { readQuestions } from "../../lib/offline/read-questions.ts";
import { fuzzRuns } from "./fuzz-runs.ts";
import { hostileJson, hostileText, spoilAll, spoilings } from "./hostile-data.ts";
import { outcomeOf } from "./outcome.ts";

const CONFIGURATION = {
  organization: { accounts: { include: ["*"], exclude: ["111111111111"] } },
  role: { name: "RingfenceReader", externalId: "an-external-id-of-a-test" },
  regions: ["eu-central-1"],
  clusters: { include: ["*"], exclude: ["test-*"], tags: { exclude: ["a=b"] } },
  publish: { securityHub: { enabled: true }, sns: { topicArn: "arn:aws:sns:eu-central-1:111111111111:t" } },
  state: { bucket: "a-bucket" },
  exemptions: [
    { controls: ["NETPOL.20"], clusters: ["a"], reason: "a reason", owner: "me", until: "2027-01-31" },
  ],
  limits: { concurrency: 5, deadlineSeconds: 60, requestTimeoutMs: 1000 },
};

test("a configuration of any shape is one, or is told what is wrong with it", () => {
  const spoiled = spoilings.map((all) => JSON.stringify(spoilAll(CONFIGURATION, all), null, 1));
  const text = fc.oneof(
    spoiled,
    hostileJson.map((value) => JSON.stringify(value)),
    hostileText,
  );
  fc.assert(
    fc.property(text, (text) => {
      outcomeOf(() => parseConfiguration(text, "ringfence.config.yaml"), [ConfigurationError]);
    }),
    fuzzRuns(300),
  );
});

const YAML = `organization: {}
regions:
  - &here eu-central-1
  - *here
role: {name: "RingfenceReader", externalId: 'an-external-id'}
exemptions:
- controls: [NETPOL.20]
  reason: |
    a reason
  owner: me
  until: 2027-01-31
`;

/** Signs with a meaning in YAML, and pieces of the file itself. */
const noise = fc.oneof(
  fc.constantFrom(
    ...Array.from("{}[],:#&*!|>'\"%@`-?~\n\t \r\u0000\uFEFF"),
    "---\n",
    "<<: *here",
    "__proto__: ",
    "!!js/function ",
    "!!binary ",
  ),
  fc.tuple(fc.nat(YAML.length), fc.nat(40)).map(([from, length]) => YAML.slice(from, from + length)),
  hostileText,
);

test("a configuration file with anything done to its text is one, or is told what is wrong with it", () => {
  const edit = fc.record({ at: fc.nat(YAML.length), removed: fc.nat(12), inserted: noise });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const text = edits.reduce(
        (sofar, { at, removed, inserted }) => sofar.slice(0, at) + inserted + sofar.slice(at + removed),
        YAML,
      );
      outcomeOf(() => parseConfiguration(text, "ringfence.config.yaml"), [ConfigurationError]);
    }),
    fuzzRuns(300),
  );
});

test("an environment of any texts is a configuration, or is told what is wrong with it", () => {
  const names = ENVIRONMENT_VARIABLES.map(({ name }) => name);
  const value = fc.oneof(
    hostileText,
    hostileJson.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (environment) => {
      outcomeOf(() => configurationFromEnvironment(environment), [ConfigurationError]);
    }),
    fuzzRuns(200),
  );
});

const folder = join(import.meta.dirname, "../../events");
const samples = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name): unknown => JSON.parse(readFileSync(join(folder, name), "utf8")));

const PARSERS = {
  parseStartEvent: events.parseStartEvent,
  parseRun: events.parseRun,
  parseDiscoverInput: events.parseDiscoverInput,
  parseDiscoverOutput: events.parseDiscoverOutput,
  parseChunk: events.parseChunk,
  parseScanOutput: events.parseScanOutput,
  parsePlanInput: events.parsePlanInput,
  parseReportInput: events.parseReportInput,
  parseCollectInput: events.parseCollectInput,
};

for (const [name, parse] of Object.entries(PARSERS))
  test(`an event of any shape, ${name}`, () => {
    const event = fc.oneof(
      hostileJson,
      fc.tuple(fc.constantFrom(...samples), spoilings).map(([sample, all]) => spoilAll(sample, all)),
    );
    fc.assert(
      fc.property(event, (event) => {
        outcomeOf<unknown>(() => parse(event), [ConfigurationError]);
      }),
      fuzzRuns(150),
    );
  });

test("a start event never widens what it may narrow: names in the scope were in the event", () => {
  const event = fc
    .tuple(fc.constantFrom(...samples), spoilings)
    .map(([sample, all]) => spoilAll(sample, all));
  fc.assert(
    fc.property(event, (event) => {
      const request = outcomeOf(() => events.parseStartEvent(event), [ConfigurationError]);
      if (request?.kind !== "run") return;
      const sent = JSON.stringify(event);
      for (const names of Object.values(request.scope))
        for (const name of names) assert.ok(sent.includes(name));
    }),
    fuzzRuns(300),
  );
});

test("questions of any text are asked, or told what is wrong with them", () => {
  const word = fc.oneof(
    fc.constantFrom("->", "a/Deployment/b", ":80/TCP", "external", "[::1]", "10.0.0.1", "/"),
    hostileText,
  );
  const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(" "));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), (texts) => {
      outcomeOf(() => texts.map((text) => [parseProbe(text), parseTarget(text)]), []);
      const probeFile = { name: "probes.yaml", text: texts.join("\n") };
      outcomeOf(() => readQuestions({ probes: texts, probeFile, targets: texts }), [ConfigurationError]);
    }),
    fuzzRuns(300),
  );
});

test("a glob of any text matches itself where it has no sign, and never throws", () => {
  fc.assert(
    fc.property(hostileText, hostileText, (glob, text) => {
      const matches = outcomeOf(() => compileGlob(glob), []);
      assert.equal(typeof matches?.(text), "boolean");
      if (!/[*?]/.test(glob)) assert.equal(matches?.(text), glob === text);
      assert.equal(compileGlob(`${glob}*`)(`${glob.replaceAll(/[*?]/g, "x")}${text}`), true);
    }),
    fuzzRuns(500),
  );
});
