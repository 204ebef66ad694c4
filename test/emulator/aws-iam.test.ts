// IAM policy evaluation as a table: what a document allows, denies and does not say.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { evaluatePolicies, evaluateTrust, matchesGlob, parsePolicy } from "../../emulator/iam.ts";

const CLUSTER = "arn:aws:eks:eu-west-1:222222222222:cluster/shop";

function decide(
  statements: unknown,
  action = "eks:DescribeCluster",
  resource = CLUSTER,
  context: Readonly<Record<string, string>> = {},
) {
  const policy = parsePolicy({ Version: "2012-10-17", Statement: statements });
  return evaluatePolicies([policy], { action, resource, context: new Map(Object.entries(context)) });
}

const ALLOW = { Effect: "Allow", Action: "eks:DescribeCluster", Resource: "*" };

describe("a policy", () => {
  const rows: readonly (readonly [name: string, statements: unknown, decision: string])[] = [
    ["allows what it names", ALLOW, "allow"],
    ["is silent on what it does not name", { ...ALLOW, Action: "eks:ListClusters" }, "implicit-deny"],
    ["knows globs, in any case, in actions", { ...ALLOW, Action: ["x:Y", "EKS:describe*"] }, "allow"],
    ["knows ? as exactly one", { ...ALLOW, Action: "eks:DescribeCluste?" }, "allow"],
    ["denies over any allow", [ALLOW, { ...ALLOW, Effect: "Deny" }], "explicit-deny"],
    ["leaves out NotAction", { Effect: "Allow", NotAction: "eks:*", Resource: "*" }, "implicit-deny"],
    ["is about the rest with NotAction", { Effect: "Allow", NotAction: "sts:*", Resource: "*" }, "allow"],
    ["matches an ARN by glob", { ...ALLOW, Resource: "arn:aws:eks:*:222222222222:cluster/*" }, "allow"],
    ["keeps to the account", { ...ALLOW, Resource: "arn:aws:eks:*:333333333333:cluster/*" }, "implicit-deny"],
    ["keeps a star within its part", { ...ALLOW, Resource: "arn:aws:eks:*:cluster/shop" }, "implicit-deny"],
    ["tells cases of resources apart", { ...ALLOW, Resource: CLUSTER.toUpperCase() }, "implicit-deny"],
  ];
  for (const [name, statements, decision] of rows) {
    it(name, () => assert.equal(decide(statements), decision));
  }

  it("knows the caller's account as a variable in a resource, and without it matches nothing", () => {
    const own = { ...ALLOW, Resource: "arn:aws:eks:*:${aws:PrincipalAccount}:cluster/*" };
    const by = (context: Readonly<Record<string, string>>) =>
      decide(own, "eks:DescribeCluster", CLUSTER, context);
    assert.equal(by({ "aws:principalaccount": "222222222222" }), "allow");
    assert.equal(by({ "aws:principalaccount": "333333333333" }), "implicit-deny");
    assert.equal(by({}), "implicit-deny");
  });

  it("allows an action without resources by * alone", () => {
    const statement = {
      Effect: "Allow",
      Action: "eks:ListClusters",
      Resource: "arn:aws:eks:*:222222222222:cluster/*",
    };
    assert.equal(decide(statement, "eks:ListClusters", "*"), "implicit-deny");
    assert.equal(decide({ ...statement, Resource: "*" }, "eks:ListClusters", "*"), "allow");
  });
});

describe("a condition", () => {
  const context = { "aws:principalarn": "arn:aws:iam::111111111111:role/scan", "aws:principalorgid": "o-1" };
  const rows: readonly (readonly [condition: unknown, decision: string])[] = [
    [{ StringEquals: { "aws:PrincipalOrgID": "o-1" } }, "allow"],
    [{ StringEquals: { "AWS:principalorgid": ["o-2", "o-1"] } }, "allow"],
    [{ StringEquals: { "aws:PrincipalOrgID": "O-1" } }, "implicit-deny"],
    [{ StringEquals: { "sts:ExternalId": "x" } }, "implicit-deny"],
    [{ StringEqualsIfExists: { "sts:ExternalId": "x" } }, "allow"],
    [{ StringNotEquals: { "sts:ExternalId": "x" } }, "allow"],
    [{ StringNotEquals: { "aws:PrincipalOrgID": ["o-2", "o-1"] } }, "implicit-deny"],
    [{ StringLike: { "aws:PrincipalOrgID": "o-*" } }, "allow"],
    [{ StringNotLike: { "aws:PrincipalOrgID": "o-*" } }, "implicit-deny"],
    [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/sc?n" } }, "allow"],
    [{ ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/other" } }, "implicit-deny"],
    [{ ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/other" } }, "allow"],
    [{ Null: { "sts:ExternalId": "true" } }, "allow"],
    [{ Null: { "aws:PrincipalArn": true } }, "implicit-deny"],
    [
      { StringEquals: { "aws:PrincipalOrgID": "o-1" }, Null: { "aws:PrincipalArn": "true" } },
      "implicit-deny",
    ],
  ];
  for (const [condition, decision] of rows) {
    it(`${JSON.stringify(condition)}: ${decision}`, () => {
      assert.equal(decide({ ...ALLOW, Condition: condition }, undefined, undefined, context), decision);
    });
  }
});

describe("a trust policy", () => {
  const request = { action: "sts:AssumeRole", resource: "*", context: new Map<string, string>() };
  const principal = { arn: "arn:aws:iam::111111111111:role/scan", accountId: "111111111111" };
  const rows: readonly (readonly [principal: unknown, decision: string])[] = [
    [{ AWS: "arn:aws:iam::111111111111:root" }, "allow"],
    [{ AWS: ["arn:aws:iam::999999999999:root", "arn:aws:iam::111111111111:role/scan"] }, "allow"],
    [{ AWS: "111111111111" }, "allow"],
    ["*", "allow"],
    [{ AWS: "arn:aws:iam::999999999999:root" }, "implicit-deny"],
    [{ AWS: "arn:aws:iam::111111111111:role/report" }, "implicit-deny"],
    [{ Service: "lambda.amazonaws.com" }, "implicit-deny"],
  ];
  for (const [named, decision] of rows) {
    it(`${JSON.stringify(named)}: ${decision}`, () => {
      const policy = parsePolicy({
        Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: named },
      });
      assert.equal(evaluateTrust(policy, principal, request), decision);
    });
  }
});

describe("a document is refused, not half understood", () => {
  const rows: readonly (readonly [name: string, document: unknown, problem: RegExp])[] = [
    [
      "an unknown operator",
      { Statement: { ...ALLOW, Condition: { DateLessThan: { "aws:CurrentTime": "x" } } } },
      /DateLessThan/u,
    ],
    ["an unknown element", { Statement: { ...ALLOW, NotResource: "*" } }, /NotResource/u],
    [
      "a policy variable",
      { Statement: { ...ALLOW, Resource: "arn:aws:s3:::b/${aws:username}" } },
      /variable/u,
    ],
    ["no Effect", { Statement: { Action: "x:Y", Resource: "*" } }, /Effect/u],
    ["no Action", { Statement: { Effect: "Allow", Resource: "*" } }, /Action/u],
    ["no Resource", { Statement: { Effect: "Allow", Action: "x:Y" } }, /Resource/u],
    ["no Statement", {}, /Statement/u],
    ["an action that is no string", { Statement: { ...ALLOW, Action: {} } }, /string/u],
  ];
  for (const [name, document, problem] of rows) {
    it(name, () => assert.throws(() => parsePolicy(document), problem));
  }
});

describe("a glob", () => {
  it("matches as it should", () => {
    const rows: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
      ["*", "", true],
      ["", "", true],
      ["", "a", false],
      ["a*c", "abbbc", true],
      ["a*c", "abbbd", false],
      ["*a*b*", "xxaxxbxx", true],
      ["?", "", false],
      ["a?c", "abc", true],
      ["a.c", "abc", false],
      ["**a", "a", true],
    ];
    for (const [pattern, text, expected] of rows) {
      assert.equal(matchesGlob(pattern, text), expected, `${pattern} on ${text}`);
    }
  });

  it("does not backtrack without end", () => {
    assert.equal(matchesGlob(`${"a*".repeat(50)}b`, "a".repeat(20_000)), false);
  });
});
