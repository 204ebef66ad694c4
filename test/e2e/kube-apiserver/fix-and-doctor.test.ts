// What people do with a scan, against a real API server: every policy that `fix` writes for any world is valid there,
// and `doctor` asks about its own access and reads, and does nothing else.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startCloud } from "../../../emulator/cloud.ts";
import { demo } from "../../../emulator/worlds/demo.ts";
import { worlds } from "../../../emulator/worlds/index.ts";
import { doctor } from "../../../lib/commands/doctor.ts";
import { toFixPlan } from "../../../lib/remediation/fix-plan.ts";
import { expectedWorlds } from "../../scenarios/expected-worlds.ts";
import { scanWorld } from "../../scenarios/scan-world.ts";
import { acceptPolicies, listPolicies } from "./accept-policies.ts";
import { findBinaries, type ServerBinaries } from "./binaries.ts";
import { onlyCluster, type RealCluster, startRealCluster } from "./real-cluster.ts";

const binaries = await findBinaries();
if (typeof binaries === "string") console.warn(binaries);

const NAME = "shop-prod-us";
/** RFC 1123 label: what an API server takes as the name of a namespace. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

describe("fix and doctor", { skip: typeof binaries === "string" ? binaries : false, concurrency: 1 }, () => {
  const world = onlyCluster(demo(), NAME);
  let real: RealCluster;
  let acceptedInAll = 0;

  before(async () => {
    const [cluster = assert.fail("no cluster")] = world.accounts.flatMap(({ clusters }) => clusters);
    real = await startRealCluster(binaries as ServerBinaries, cluster);
  });
  after(() => real.close());

  for (const [name, create] of Object.entries(worlds))
    test(`${name}: every policy that fix writes is accepted`, async (context) => {
      const regions = expectedWorlds[name]?.regions;
      const { report } = await scanWorld(create(), regions === undefined ? {} : { regions });
      const files = report.clusters.flatMap((cluster) => {
        const findings = report.findings.filter((finding) => finding.cluster === cluster.name);
        return toFixPlan(findings, { cluster: cluster.name, namespace: null }).files;
      });
      const texts = files.filter(({ path }) => path.endsWith(".yaml")).map(({ content }) => content);
      const namespaces = new Set(listPolicies(texts).map(({ metadata }) => metadata.namespace));
      for (const namespace of namespaces) {
        assert.match(namespace, NAMESPACE);
        const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
        await real.plane.asAdmin("POST", "/api/v1/namespaces", body).catch(ignoreTaken);
      }
      const accepted = await acceptPolicies(real.plane, texts);
      context.diagnostic(`${accepted} policies`);
      acceptedInAll += accepted;
    });

  test("fix wrote policies", () => {
    assert.ok(acceptedInAll > 100, `${acceptedInAll} policies`);
  });

  test("doctor sends reads, and reviews of its own access, which store nothing", async () => {
    const seen = (await real.plane.readAuditLog()).length;
    const cloud = await startCloud(world, { serveCluster: real.serveCluster });
    const folder = mkdtempSync(join(tmpdir(), "ringfence-doctor-"));
    const environment = { ...process.env };
    try {
      Object.assign(process.env, cloud.environment);
      const config = join(folder, "ringfence.config.json");
      const externalId = world.scanner.externalId;
      const role = externalId === null ? {} : { role: { externalId } };
      writeFileSync(config, JSON.stringify({ organization: {}, ...role }));
      const said: string[] = [];
      const keep = (words: string): void => void said.push(words);
      const terminal = { out: keep, remark: keep, live: keep, columns: 80, color: false, interactive: false };
      const options = { format: "text", failOn: "high", color: false, verbose: true, config } as const;
      await doctor(options, terminal, new AbortController().signal);
    } finally {
      for (const key of Object.keys(process.env)) if (environment[key] === undefined) delete process.env[key];
      Object.assign(process.env, environment);
      rmSync(folder, { recursive: true, force: true });
      await cloud.close();
    }
    const asked = (await real.plane.readAuditLog())
      .slice(seen)
      .filter(({ user }) => user.username?.includes(":assumed-role/") === true);
    const verbs = asked.map(({ verb, requestURI }) =>
      requestURI.includes("/selfsubjectaccessreviews") ? "review" : verb,
    );
    assert.deepEqual([...new Set(verbs)].toSorted(), ["get", "review"]);
  });
});

function ignoreTaken(error: unknown): void {
  if (!(error instanceof Error && "status" in error && error.status === 409)) throw error;
}
