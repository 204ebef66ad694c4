// Weave Net: the container weave-npc applies policies, and installs with `disable-npc` leave it out.
// The project ended in 2024; a fork lives on.

import type { Container } from "../model/kubernetes.ts";
import { readEnv } from "./agent-flag.ts";
import type { AgentReading } from "./agent-pods.ts";
import { hasImagePath } from "./container-image.ts";
import { UNRECOGNISABLE } from "./agent-pods.ts";
import type { AgentInput, DaemonSetEngine } from "./daemon-set-engine.ts";
import { POLICY_APIS_OF } from "./policy-apis.ts";

export const weave: DaemonSetEngine = {
  engine: "weave",
  title: "Weave Net",
  ipBlocksMatchPods: null,
  toPolicyApis: () => POLICY_APIS_OF.weave,
  recognises: (set) =>
    set.labels["name"] === "weave-net" ||
    set.matchLabels["name"] === "weave-net" ||
    findPolicyController(set.containers) !== undefined ||
    findRouter(set.containers) !== undefined,
  findAgent: findPolicyController,
  toReader: () => readWeave,
};

function findPolicyController(containers: readonly Container[]): Container | undefined {
  return containers.find(({ name, image }) => name === "weave-npc" || image.includes("/weave-npc"));
}

function findRouter(containers: readonly Container[]): Container | undefined {
  return containers.find(({ image }) => hasImagePath(image, "weave-kube"));
}

function readWeave({ agent, containers }: AgentInput): AgentReading {
  const router = findRouter(containers) ?? containers.find(({ name }) => name === "weave");
  if (agent === undefined) {
    if (router === undefined) return UNRECOGNISABLE;
    const because = "it was installed without its policy controller, weave-npc";
    return { applies: false, declared: false, because, unselected: "allowed" };
  }
  // EXPECT_NPC=0 tells the router that no policy controller will come; with one there, nobody can say.
  const expected = router === undefined ? undefined : readEnv(router, "EXPECT_NPC");
  if (expected !== undefined && expected !== "1") {
    const because = "EXPECT_NPC contradicts its policy controller, weave-npc";
    return { applies: null, declared: true, because, unselected: null };
  }
  return {
    applies: true,
    declared: true,
    because: "weave-npc is set to apply policies",
    unselected: "allowed",
  };
}
