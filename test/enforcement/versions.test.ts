// Versions of the agent with known bypasses, versions that cannot enforce, and the kernel below them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { assessEnforcementDetail } from "./assess.ts";
import { imageRepository, imageVersion } from "../../lib/enforcement/container-image.ts";
import { KNOWN_BYPASSES } from "../../lib/enforcement/known-bypasses.ts";
import type { EngineVersions } from "../../lib/model/enforcement-detail.ts";
import { NOW, awsNode, node } from "./facts.ts";
import { calicoSet, weaveSet } from "./engine-sets.ts";
import { collect } from "./row.ts";
import { vpcCluster } from "./vpc-cluster.ts";
import type { VpcOptions } from "./vpc-cluster.ts";

function versions(options: VpcOptions): EngineVersions {
  return assessEnforcementDetail(collect(vpcCluster(options)), "prod", NOW).versions;
}

function running(cni: string, agent: string): EngineVersions {
  return versions({
    set: awsNode({ cni: `ecr/amazon-k8s-cni:${cni}`, agent: `ecr/amazon/aws-network-policy-agent:${agent}` }),
  });
}

const CASES: readonly {
  cni: string;
  agent: string;
  state: EngineVersions["state"];
  ids?: readonly string[];
}[] = [
  { cni: "v1.23.1", agent: "v1.4.2-eksbuild.1", state: "supported" },
  { cni: "v1.22.4", agent: "v1.4.1", state: "supported" },
  { cni: "v1.22.4", agent: "v1.4.0", state: "bypass", ids: ["program-without-maps"] },
  {
    cni: "v1.23.0",
    agent: "v1.4.0",
    state: "bypass",
    ids: ["program-without-maps", "cni-1.23-with-older-agent"],
  },
  {
    cni: "v1.21.2",
    agent: "v1.3.7",
    state: "bypass",
    ids: ["cross-namespace-map-collision", "program-without-maps"],
  },
  { cni: "v1.20.5", agent: "v1.2.7", state: "bypass", ids: KNOWN_BYPASSES.map(({ id }) => id) },
  { cni: "v1.13.4", agent: "v1.4.2", state: "unsupported" },
  { cni: "v1.23.1", agent: "latest", state: "unknown" },
];

for (const { cni, agent, state, ids = [] } of CASES) {
  test(`CNI ${cni} with agent ${agent}: ${state}`, () => {
    const found = running(cni, agent);
    assert.equal(found.state, state, found.because);
    if (state !== "bypass") return;
    assert.deepEqual(
      found.agents.flatMap(({ bypasses }) => bypasses.map(({ id }) => id)),
      ids,
    );
  });
}

test("every known bypass has a source and a version that closed it", () => {
  for (const { source, fixedIn, summary } of KNOWN_BYPASSES) {
    assert.match(source, /^https:\/\//);
    assert.match(fixedIn, /^\d+\.\d+\.\d+$/);
    assert.ok(summary.length > 20);
  }
});

test("a kernel before 5.10 under an agent", () => {
  const old = { ...node("a"), kernelVersion: "5.4.0-1103-aws" };
  const without = { ...old, name: "c" };
  const agents = [{ set: awsNode(), on: ["a", "b"] }];
  const { state, oldKernels } = versions({ nodes: [old, node("b"), without], agents });
  assert.equal(state, "unsupported");
  assert.deepEqual(oldKernels, [{ node: "a", kernel: "5.4.0-1103-aws" }]);
});

test("an agent that is switched off has no version to judge", () => {
  const set = awsNode({
    args: ["--enable-network-policy=false"],
    agent: "ecr/amazon/aws-network-policy-agent:v1.0.1",
  });
  assert.equal(versions({ set }).state, "not-applicable");
});

test("other engines: none on file, but Weave has ended", () => {
  assert.equal(versions({ agents: [{ set: calicoSet() }] }).state, "not-applicable");
  assert.equal(versions({ agents: [{ set: weaveSet() }] }).state, "unsupported");
  assert.equal(versions({ agents: [{ set: weaveSet(false) }] }).state, "not-applicable");
});

test("image references", () => {
  assert.equal(imageRepository("registry:5000/eks/cni:v1@sha256:0a"), "registry:5000/eks/cni");
  assert.equal(imageRepository("registry:5000/eks/cni"), "registry:5000/eks/cni");
  assert.equal(imageVersion("registry:5000/eks/cni"), null);
  assert.equal(imageVersion("cni@sha256:0a"), null);
  assert.deepEqual(imageVersion("cni:v1.14.0-eksbuild.3"), {
    major: 1,
    minor: 14,
    patch: 0,
    suffix: "eksbuild.3",
  });
});
