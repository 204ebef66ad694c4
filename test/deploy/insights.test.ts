// The saved views of Security Hub that we ship: of controls that exist, by fields that our findings have.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as v from "valibot";
import { parseTemplate, toFields } from "../../emulator/aws/cloud-formation.ts";
import { controls } from "../../lib/controls/index.ts";
import { toAsff } from "../../lib/sinks/asff.ts";
import { finding } from "../scan/life.ts";

const StringFilters = v.array(v.object({ Comparison: v.picklist(["EQUALS", "PREFIX"]), Value: v.string() }));
const Insight = v.object({
  Type: v.literal("AWS::SecurityHub::Insight"),
  Properties: v.object({
    Name: v.pipe(v.string(), v.startsWith("Ringfence: ")),
    GroupByAttribute: v.picklist(["ResourceId", "AwsAccountId", "GeneratorId", "SeverityLabel"]),
    Filters: v.object({
      GeneratorId: StringFilters,
      ComplianceStatus: StringFilters,
      RecordState: StringFilters,
      WorkflowStatus: StringFilters,
      ProductFields: v.optional(v.array(v.object({ Key: v.string(), Value: v.string() }))),
    }),
  }),
});

const text = readFileSync(join(import.meta.dirname, "../../deploy/security-hub-insights.yaml"), "utf8");
const insights = Object.entries(toFields(parseTemplate(text)["Resources"])).map(
  ([name, resource]) => [name, v.parse(Insight, resource).Properties] as const,
);
const named = new Map(insights);

describe("every insight", () => {
  for (const [name, { Filters }] of insights)
    test(`${name} shows what fails now and nobody has suppressed`, () => {
      assert.deepEqual(
        [Filters.ComplianceStatus, Filters.RecordState].flat().map(({ Value }) => Value),
        ["FAILED", "ACTIVE"],
      );
      assert.deepEqual(
        Filters.WorkflowStatus.map(({ Value }) => Value),
        ["NEW", "NOTIFIED"],
      );
      const generators = controls.map(({ id }) => `ringfence/${id}`);
      for (const { Comparison, Value } of Filters.GeneratorId)
        assert.ok(
          generators.some((id) => (Comparison === "EQUALS" ? id === Value : id.startsWith(Value))),
          Value,
        );
    });
});

test("there are the views of clusters that do not enforce, inert policies, namespaces by severity, blind spots", () => {
  const generatorOf = (name: string) => named.get(name)?.Filters.GeneratorId[0]?.Value;
  assert.equal(generatorOf("ClustersThatDoNotEnforce"), "ringfence/NETPOL.2");
  assert.equal(generatorOf("InertPolicies"), "ringfence/NETPOL.21");
  assert.equal(generatorOf("BlindSpots"), "ringfence/NETPOL.9");
  assert.equal(named.get("NamespacesBySeverity")?.GroupByAttribute, "SeverityLabel");
});

test("the field that tells namespaces is one that our findings have", () => {
  const [filter] = named.get("NamespacesBySeverity")?.Filters.ProductFields ?? [];
  const { ProductFields } = toAsff(finding("fail"), {
    productArn: "arn:aws:securityhub:eu-central-1:111111111111:product/111111111111/default",
    accountId: "111111111111",
    region: "eu-central-1",
    partition: "aws",
    now: new Date(),
    createdAt: new Date().toISOString(),
  });
  assert.ok(filter !== undefined);
  assert.equal(ProductFields?.[filter.Key], filter.Value);
});
