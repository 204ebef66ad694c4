// Label and field selectors, and the plural names of kinds.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BUILT_IN_RESOURCES } from "../../emulator/kubernetes/built-in-resources.ts";
import { toCustomResources, toPlural } from "../../emulator/kubernetes/custom-resources.ts";
import { parseFieldSelector } from "../../emulator/kubernetes/field-selector.ts";
import { parseLabelSelector } from "../../emulator/kubernetes/label-selector.ts";
import { object, pod } from "./kubernetes-fixture.ts";

const LABELS = new Map([
  ["app", "web"],
  ["app.kubernetes.io/part-of", "argocd"],
  ["replicas", "3"],
  ["empty", ""],
  ["__proto__", "odd"],
]);

const LABEL_SELECTORS: readonly (readonly [selector: string, selects: boolean])[] = [
  ["", true],
  ["app=web", true],
  ["app==web", true],
  [" app = web ", true],
  ["app=api", false],
  ["app!=api", true],
  ["app!=web", false],
  ["missing!=web", true],
  ["app", true],
  ["missing", false],
  ["!missing", true],
  ["! app", false],
  ["empty=", true],
  ["missing=", false],
  ["app in (api, web)", true],
  ["app in (api)", false],
  ["empty in (,x)", true],
  ["missing in (x)", false],
  ["app notin (api)", true],
  ["app notin (web,api)", false],
  ["missing notin (web)", true],
  ["replicas>2", true],
  ["replicas<3", false],
  ["app>1", false],
  ["app.kubernetes.io/part-of=argocd,app in (web),!missing", true],
  ["app=web,replicas=4", false],
  ["constructor", false],
];

const BROKEN_LABEL_SELECTORS = [
  "a b",
  "app=web,",
  ",app",
  "app in web",
  "app in (web",
  "app in (web b)",
  "app=web=api",
  "app=(web)",
  "-app",
  "app=web!",
  "app>x",
  "a".repeat(64),
  `app=${"a".repeat(64)}`,
  "!",
];

describe("label selectors", () => {
  for (const [selector, selects] of LABEL_SELECTORS) {
    it(`${JSON.stringify(selector)} ${selects ? "selects" : "does not select"}`, () => {
      assert.equal(
        parseLabelSelector(selector).every((holds) => holds(LABELS)),
        selects,
      );
    });
  }
  for (const selector of BROKEN_LABEL_SELECTORS) {
    it(`${JSON.stringify(selector.slice(0, 20))} is refused`, () => {
      assert.throws(() => parseLabelSelector(selector), /unable to parse requirement/);
    });
  }
});

describe("field selectors", () => {
  const pods = find("pods");
  const web = pod("shop/web", {}, { hostNetwork: true });

  const selectors: readonly (readonly [selector: string, selects: boolean])[] = [
    ["", true],
    ["metadata.name=web", true],
    ["metadata.namespace==shop", true],
    ["metadata.namespace!=shop", false],
    ["spec.nodeName=node-1", true],
    ["spec.nodeName=", false],
    ["spec.hostNetwork=true", true],
    ["spec.hostNetwork=false", false],
    ["status.phase!=Succeeded,status.phase!=Failed", true],
    ["status.phase=Running,spec.nodeName=node-2", false],
    ["spec.restartPolicy=Always", true],
    ["metadata.name=a\\,b", false],
  ];
  for (const [selector, selects] of selectors) {
    it(`${JSON.stringify(selector)} ${selects ? "selects" : "does not select"}`, () => {
      assert.equal(
        parseFieldSelector(selector, pods).every((holds) => holds(web)),
        selects,
      );
    });
  }

  it("a pod without spec.hostNetwork is not on the host's network", () => {
    const [holds] = parseFieldSelector("spec.hostNetwork=false", pods);
    assert.equal(holds?.(pod("shop/web")), true);
  });

  it("name a label that the resource has", () => {
    assert.throws(() => parseFieldSelector("spec.tolerations=x", pods), {
      message: "field label not supported: spec.tolerations",
    });
    assert.throws(() => parseFieldSelector("data=x", find("configmaps")), {
      message: '"data" is not a known field selector: only "metadata.name", "metadata.namespace"',
    });
    const [custom] = toCustomResources([], ["cilium.io/v2"], () => false);
    assert.ok(custom);
    assert.throws(() => parseFieldSelector("spec.x=y", custom), {
      message: "field label not supported: spec.x",
    });
  });

  it("are refused where they cannot be understood", () => {
    for (const selector of ["spec.nodeName", "metadata.name=a=b", "metadata.name=a\\", "metadata.name=\\x"]) {
      assert.throws(() => parseFieldSelector(selector, pods), /invalid/, selector);
    }
  });

  function find(plural: string) {
    const resource = BUILT_IN_RESOURCES.find((candidate) => candidate.plural === plural);
    assert.ok(resource);
    return resource;
  }
});

describe("custom resources", () => {
  it("have the plurals that their controllers give them", () => {
    const plurals = {
      NetworkPolicy: "networkpolicies",
      GlobalNetworkPolicy: "globalnetworkpolicies",
      CiliumClusterwideNetworkPolicy: "ciliumclusterwidenetworkpolicies",
      PolicyEndpoint: "policyendpoints",
      CiliumEndpoint: "ciliumendpoints",
      NodeClass: "nodeclasses",
      TigeraStatus: "tigerastatuses",
      AntreaAgentInfo: "antreaagentinfos",
      Gateway: "gateways",
      Tier: "tiers",
      ENIConfig: "eniconfigs",
    };
    for (const [kind, plural] of Object.entries(plurals)) assert.equal(toPlural(kind), plural);
  });

  it("of a group that is served are all there, without any object", () => {
    const plurals = toCustomResources([], ["networking.k8s.aws/v1alpha1"], () => false).map(
      ({ plural, namespaced }) => `${plural} ${namespaced}`,
    );
    assert.deepEqual(plurals, [
      "policyendpoints true",
      "clusterpolicyendpoints false",
      "clusternetworkpolicies false",
      "applicationnetworkpolicies true",
    ]);
  });

  it("of which nothing is known follow from the objects", () => {
    const objects = [object("example.com/v1", "Widget", "shop/a"), object("example.com/v1", "Factory", "b")];
    const resources = toCustomResources(objects, [], () => false);
    assert.deepEqual(
      resources.map(({ group, version, plural, namespaced }) => ({ group, version, plural, namespaced })),
      [
        { group: "example.com", version: "v1", plural: "widgets", namespaced: true },
        { group: "example.com", version: "v1", plural: "factories", namespaced: false },
      ],
    );
  });

  it("are what their definitions say, and of that group nothing else", () => {
    const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "adminnetworkpolicies", {
      spec: {
        group: "policy.networking.k8s.io",
        scope: "Cluster",
        names: { kind: "AdminNetworkPolicy", plural: "adminnetworkpolicies", shortNames: ["anp"] },
        versions: [
          { name: "v1alpha1", served: true },
          { name: "v1alpha0", served: false },
        ],
      },
    });
    const resources = toCustomResources(
      [definition],
      ["policy.networking.k8s.io/v1alpha1"],
      ({ kind }) => kind === "CustomResourceDefinition",
    );
    assert.deepEqual(
      resources.map(({ version, plural, namespaced, shortNames }) => ({
        version,
        plural,
        namespaced,
        shortNames,
      })),
      [{ version: "v1alpha1", plural: "adminnetworkpolicies", namespaced: false, shortNames: ["anp"] }],
    );
  });
});
