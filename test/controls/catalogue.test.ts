// Every control is a whole page: title, rationale, severity with its reason, frameworks with their origin, remediation
// and a link; and no benchmark is claimed that does not ask for it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toControlDocs } from "../../build/control-docs.ts";
import { controls } from "../../lib/controls/index.ts";

/** The benchmarks' own checks (CIS EKS 1.8.0, CIS Kubernetes 1.8 to 2.0.1), and who may claim to be one. */
const OWN_CHECKS = [
  "NETPOL.1 CIS EKS 5.4.4",
  "NETPOL.2 CIS EKS 4.3.1",
  "NETPOL.2 CIS EKS 5.4.4",
  "NETPOL.2 CIS Kubernetes 5.3.1",
  "NETPOL.20 CIS EKS 4.3.2",
  "NETPOL.20 CIS Kubernetes 5.3.2",
];

/** As each framework writes its ids. */
const ID_OF = {
  "CIS EKS": /^\d\.\d\.\d$/,
  "CIS Kubernetes": /^\d\.\d\.\d$/,
  "NIST 800-53 r5": /^[A-Z]{2}-\d+(?:\(\d+\))?$/,
  "PCI DSS 4.0": /^\d+\.\d+\.\d+$/,
  "NSA/CISA": /^[A-Z].{10,}[^.]$/,
  "AWS EKS Best Practices": /^[A-Z].{10,}[^.]$/,
} as const;

const SENTENCES = /^[^a-z\s].{9,}\.$/su;

describe("every control", () => {
  for (const control of controls) {
    const { id, title, rationale, severityReason, remediation, link, frameworks, atAccessLevel1 } = control;
    test(`${id} says what it asks, why, how bad it is and what to do`, () => {
      assert.match(title, /\bshould\b/);
      for (const text of [rationale, severityReason, remediation, atAccessLevel1])
        assert.match(text, SENTENCES);
      assert.equal(new URL(link).protocol, "https:");
    });

    test(`${id} names a requirement of NIST 800-53, and each id is written as its framework writes it`, () => {
      assert.ok(frameworks.some(({ framework }) => framework === "NIST 800-53 r5"));
      for (const { framework, id: requirement } of frameworks) assert.match(requirement, ID_OF[framework]);
      const names = frameworks.map(({ framework, id: requirement }) => `${framework} ${requirement}`);
      assert.equal(new Set(names).size, names.length);
    });

    test(`${id} has all of it in docs/controls.md`, () => {
      const section =
        toControlDocs()
          .split(/^## /m)
          .find((part) => part.startsWith(`${id} ${title}`)) ?? "";
      for (const text of [rationale, severityReason, remediation, link]) assert.ok(section.includes(text));
      for (const { framework, id: requirement, origin } of frameworks)
        assert.ok(
          section.includes(
            `${framework} ${requirement} (${origin === "benchmark" ? "the benchmark's own" : "our mapping"})`,
          ),
        );
    });
  }
});

test("only the benchmarks' own checks are marked as theirs", () => {
  const claimed = controls.flatMap(({ id, frameworks }) =>
    frameworks
      .filter(({ origin }) => origin === "benchmark")
      .map(({ framework, id: requirement }) => `${id} ${framework} ${requirement}`),
  );
  assert.deepEqual(claimed.toSorted(), OWN_CHECKS);
});

test("every framework that we map to is mapped to by controls of clusters and of namespaces", () => {
  for (const framework of ["CIS EKS", "CIS Kubernetes", "NIST 800-53 r5", "PCI DSS 4.0", "NSA/CISA"])
    for (const subject of ["cluster", "namespace"])
      assert.ok(
        controls.some(
          (control) =>
            control.subject === subject && control.frameworks.some((one) => one.framework === framework),
        ),
        `${framework} of a ${subject}`,
      );
});
